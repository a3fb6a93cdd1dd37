/**
 * Put text on the clipboard; resolves to whether it is there.
 *
 * Browsers keep `navigator.clipboard` from pages that came without TLS: there, the old command helps.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyByCommand(text)
  }
}

function copyByCommand(text: string): boolean {
  let isCopied = false
  function put(event: ClipboardEvent) {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
    isCopied = true
  }
  document.addEventListener('copy', put, { capture: true, once: true })
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else works without TLS
  document.execCommand('copy')
  document.removeEventListener('copy', put, { capture: true })
  return isCopied
}
