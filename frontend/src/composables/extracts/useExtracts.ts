/**
 * The user's extracts: one list for the whole page, so that the panel's badge, a search's band and
 * the list of extracts never disagree.
 *
 * Each newer answer about one of them is `put` here, wherever it came from; that one has ended is
 * said aloud from here, once.
 */
import { computed, inject, ref, watch, type InjectionKey } from 'vue'
import { useI18n } from 'vue-i18n'
import { listExtracts } from '@/api/extracts'
import type { Extract } from '@/api/types'
import { isUnderWay, isWriting, isWritten } from '@/extracts/states'
import { useAnnouncer } from '@/composables/app/useAnnouncer'
import { useFormat } from '@/composables/format/useFormat'
import { usePolling } from '@/composables/requests/usePolling'
import { useRequest } from '@/composables/requests/useRequest'

const PAUSE_MS = 10_000

export function useExtracts() {
  const { t } = useI18n()
  const { number } = useFormat()
  const { announce } = useAnnouncer()
  const list = useRequest(listExtracts)
  /** How many views show the list at the moment. */
  const viewers = ref(0)
  const underWay = computed(() => list.data.value?.filter(isUnderWay).length ?? 0)

  function put(extract: Extract): void {
    const known = list.data.value
    if (!known) {
      void list.run()
      list.data.value = [extract]
    } else if (known.some(({ id }) => id === extract.id)) {
      list.data.value = known.map((one) => (one.id === extract.id ? extract : one))
    } else {
      list.data.value = [extract, ...known]
    }
  }

  /** Know of one that was just asked for; what is known of it already is newer. */
  function add(extract: Extract): void {
    if (latest(extract) === extract) put(extract)
  }

  /** The newest that is known of an extract. */
  function latest(extract: Extract): Extract {
    return list.data.value?.find(({ id }) => id === extract.id) ?? extract
  }

  function announceEnd(extract: Extract) {
    const { title, rows } = extract
    if (extract.state === 'failed') announce(t('extracts.announceFailed', { title }))
    else if (isWritten(extract))
      announce(t('extracts.announceDone', { title, count: number(rows) }, rows))
  }

  watch(list.data, (now, before) => {
    const written = new Set((before ?? []).filter(isWriting).map(({ id }) => id))
    now?.filter((one) => written.has(one.id) && !isWriting(one)).forEach(announceEnd)
  })

  usePolling(list.run, () => (underWay.value > 0 || viewers.value > 0 ? PAUSE_MS : null))

  return { list, viewers, underWay, put, add, latest }
}

export type Extracts = ReturnType<typeof useExtracts>

export const extractsKey: InjectionKey<Extracts> = Symbol('extracts')

export function injectExtracts(): Extracts {
  const extracts = inject(extractsKey)
  if (!extracts) throw new Error('The shell provides the extracts, and they are missing.')
  return extracts
}
