/** An extract in words, the same in the band of its search and in the list of extracts. */
import { useI18n } from 'vue-i18n'
import type { Extract } from '@/api/types'
import { secondsTaken, type Pace } from '@/extracts/pace'
import { isWritten } from '@/extracts/states'
import { useFormat } from '@/composables/format/useFormat'
import { useTimeFormat } from '@/composables/format/useTimeFormat'

export function useExtractWords() {
  const { t } = useI18n()
  const { number, approximate, bytes, perSecond } = useFormat()
  const { span, duration, moment } = useTimeFormat()

  /** What becomes of it, in a few words. */
  function status(extract: Extract): string {
    const { state, email, delivery, rows } = extract
    if (state === 'queued' || state === 'running')
      return email ? t('extracts.onTheirWay', { email }) : t('extracts.beingWritten')
    if (state === 'delivering') return t('extracts.delivering', { email: email ?? '' })
    if (state !== 'done') return t(`extracts.state.${state}`)
    if (delivery === 'sent') return t('extracts.sent', { email: email ?? '' })
    if (rows > 0) return t('extracts.ready')
    return extract.archive_url ? t('extracts.notFound') : t('extracts.nothing')
  }

  /** How far it is, or what it came to. */
  function details(extract: Extract, pace: Pace): string {
    return parts(extract, pace).join(' · ')
  }

  function parts(extract: Extract, pace: Pace): string[] {
    if (extract.state === 'queued') return [queued(extract), ...awaited(extract), ...hoped(extract)]
    if (extract.state === 'running') return [written(extract), ...paced(pace), ...hoped(extract)]
    if (isWritten(extract))
      return [total(extract), ...sizes(extract), ...taken(extract), ...locked(extract)]
    return []
  }

  function queued({ place }: Extract): string {
    return place === null ? t('extracts.waiting') : t('extracts.place', { place: number(place) })
  }

  function awaited({ estimated_rows: rows, expected_seconds: seconds }: Extract): string[] {
    return [
      ...(rows === null ? [] : [t('form.about', { count: approximate(rows) }, rows)]),
      ...(seconds === null ? [] : [t('extracts.lasts', { time: span(seconds) })]),
    ]
  }

  /** How large the archive will be, and so how it will arrive. */
  function hoped({ expected_bytes: size, arrives }: Extract): string[] {
    return [
      ...(size === null ? [] : [t('extracts.expected', { size: bytes(size) })]),
      ...(arrives === null ? [] : [t(`extracts.arrives.${arrives}`)]),
    ]
  }

  function locked({ encrypted }: Extract): string[] {
    return encrypted ? [t('extracts.locked')] : []
  }

  /** The planner's number is a guess: beyond it, only what is there is told. */
  function written({ rows, estimated_rows: all }: Extract): string {
    if (all === null || rows > all) return t('extracts.soFar', { count: number(rows) }, rows)
    return t('extracts.of', { count: number(rows), all: approximate(all) }, all)
  }

  function paced({ bytesPerSecond, secondsLeft }: Pace): string[] {
    return [
      ...(bytesPerSecond === null ? [] : [perSecond(bytesPerSecond)]),
      ...(secondsLeft === null ? [] : [t('extracts.left', { time: span(secondsLeft) })]),
    ]
  }

  function total({ rows }: Extract): string {
    return t('form.rows', { count: number(rows) }, rows)
  }

  function sizes({ archive_bytes: zipped, bytes: plain }: Extract): string[] {
    if (zipped === null) return []
    return [t('extracts.size', { zipped: bytes(zipped), plain: bytes(plain) })]
  }

  function taken(extract: Extract): string[] {
    const seconds = secondsTaken(extract)
    if (seconds === null || seconds === 0) return []
    const time = seconds < 60 ? duration(seconds) : span(seconds)
    return [t('extracts.taken', { time, rate: perSecond(extract.bytes / seconds) })]
  }

  /** What became of the mail; nothing where none was to be sent, or the status says it. */
  function mail(extract: Extract): string {
    const { delivery, problem } = extract
    const email = extract.email ?? ''
    if (delivery === 'sent') return sent(extract)
    if (delivery === 'failed')
      return t('extracts.mail.failed', { email, why: mailProblem(extract) })
    if (delivery === 'unknown') return t('extracts.mail.unknown', { email })
    if (delivery === 'pending' && problem && isWritten(extract))
      return t('extracts.mail.later', { why: problem })
    return ''
  }

  function sent({ state, attached, archive_url: url, email }: Extract): string {
    if (state === 'failed') return t('extracts.mail.told', { email: email ?? '' })
    if (attached) return t('extracts.mail.attached')
    return url ? t('extracts.mail.linked') : ''
  }

  /** Of a failed extract, the problem is why it failed; the mail's own is not told then. */
  function mailProblem({ state, problem }: Extract): string {
    return state === 'failed' ? '' : (problem ?? '')
  }

  function kept({ archive_url: url, expires_at: until }: Extract): string {
    return url && until ? t('extracts.kept', { moment: moment(until) }) : ''
  }

  return { status, details, mail, kept }
}
