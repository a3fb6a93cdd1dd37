/** One upload of a value list: how far it is, how to stop it, what came of it. */
import { ref } from 'vue'
import { uploadList, type ListTarget } from '@/api/valueLists'
import { useRequest } from '@/composables/requests/useRequest'

export function useListUpload(target: ListTarget) {
  const progress = ref(0)
  const name = ref('')
  const request = useRequest((signal: AbortSignal, content: File | string, called: string) =>
    uploadList(signal, target, content, called, (share) => {
      progress.value = share
    }),
  )

  async function upload(content: File | string, called: string) {
    progress.value = 0
    name.value = called
    return request.run(content, called)
  }

  return { ...request, progress, name, upload }
}
