import { fetchCsv, type CsvQuestion } from '@/api/search'
import { useRequest } from './useRequest'

/** The server's CSV of a search, saved by the browser under the server's name. */
export function useCsv(id: string) {
  const request = useRequest((signal: AbortSignal, question: CsvQuestion) =>
    fetchCsv(signal, id, question),
  )

  async function download(question: CsvQuestion): Promise<boolean> {
    const file = await request.run(question)
    if (!file) return false
    save(file.content, file.filename)
    // The file is the browser's now; the page need not hold it in memory too.
    request.data.value = null
    return true
  }

  return { error: request.error, isLoading: request.isLoading, download, reset: request.reset }
}

function save(content: Blob, filename: string) {
  const url = URL.createObjectURL(content)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = filename
  anchor.click()
  // Some browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
