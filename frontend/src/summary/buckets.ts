import type { Bucket } from '@/api/types'

/** As many as can stand beside each other and each be hit by a finger. */
const MOST = 10

/** Neighbours put together until there are few enough. */
export function merged(buckets: readonly Bucket[], most = MOST): Bucket[] {
  const size = Math.max(1, Math.ceil(buckets.length / most))
  const groups: Bucket[] = []
  for (let at = 0; at < buckets.length; at += size) {
    const [first, ...others] = buckets.slice(at, at + size)
    if (!first) continue
    groups.push(
      others.reduce((sum, { to, count }) => ({ ...sum, to, count: sum.count + count }), first),
    )
  }
  return groups
}
