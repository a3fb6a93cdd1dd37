/**
 * The demo's mailbox: maildev, with its options. It refuses what goes to `nobody@…`, so that a mail that fails, and is
 * sent again, can be seen.
 */
const MailDev = require('maildev')

const mailbox = new MailDev()
mailbox.smtp.onRcptTo = ({ address }, session, callback) => {
  if (!/^nobody@/i.test(address)) return callback()
  return callback(Object.assign(new Error('No such user here'), { responseCode: 550 }))
}
mailbox.listen()
