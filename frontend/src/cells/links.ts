/** Where a cell may lead. Data is not to be trusted: only three kinds of address ever become a link. */

/** A link never tells the other side where it was followed, nor gives it a hold on this page. */
export const AWAY = { target: '_blank', rel: 'noopener noreferrer' }

const SAFE = new Set(['http:', 'https:', 'mailto:'])
const BARE_DOMAIN =
  /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]+)+(?::\d+)?(?:[/?#]\S*)?$/u

/** The address that a cell of a link column leads to, or null when it isn't a safe one. */
export function linkTarget(text: string): string | null {
  const trimmed = text.trim()
  if (BARE_DOMAIN.test(trimmed)) return `https://${trimmed}`
  try {
    return SAFE.has(new URL(trimmed).protocol) ? trimmed : null
  } catch {
    return null
  }
}

export function mailTarget(text: string): string | null {
  const trimmed = text.trim()
  return /^[^\s@?&]+@[^\s@?&]+$/.test(trimmed) ? `mailto:${trimmed}` : null
}
