import type { DownloadedFile } from '@/api/search'
import { useRequest } from './useRequest'

/** A file that the server makes, saved by the browser under the server's name. */
export function useDownload<Arguments extends unknown[]>(
  fetchFile: (signal: AbortSignal, ...args: Arguments) => Promise<DownloadedFile>,
) {
  const request = useRequest(fetchFile)

  async function download(...args: Arguments): Promise<boolean> {
    const file = await request.run(...args)
    if (!file) return false
    save(file)
    // The file is the browser's now; the page need not hold it in memory too.
    request.data.value = null
    return true
  }

  return { error: request.error, isLoading: request.isLoading, download, reset: request.reset }
}

function save({ content, filename }: DownloadedFile) {
  const url = URL.createObjectURL(content)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = filename
  anchor.click()
  // Some browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
