/** How fast an extract goes, from what is heard of it while it runs. */
import { computed, shallowRef, watch, type Ref } from 'vue'
import type { Extract } from '@/api/types'
import { paceOf, withSample, type Sample } from '@/extracts/pace'

export function usePace(extract: Ref<Extract>) {
  const samples = shallowRef<Sample[]>([])
  watch(
    extract,
    ({ state, rows, bytes }) => {
      if (state !== 'running') samples.value = []
      else samples.value = withSample(samples.value, { at: performance.now(), rows, bytes })
    },
    { immediate: true },
  )
  return computed(() => paceOf(samples.value, extract.value.estimated_rows))
}
