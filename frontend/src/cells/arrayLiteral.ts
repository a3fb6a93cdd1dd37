/** PostgreSQL's own text of a one-dimensional array: `{a,"b, c",NULL}`. */

/** The elements, or null when the text is not a flat array (nested ones are shown as they came). */
export function parseArray(text: string): (string | null)[] | null {
  // An array whose bounds don't start at 1 says so first: [0:2]={a,b,c}
  const body = /^(?:\[-?\d+:-?\d+\]=)?\{(.*)\}$/s.exec(text)?.[1]
  if (body === undefined) return null
  if (body === '') return []
  const elements: (string | null)[] = []
  let at = 0
  while (at <= body.length) {
    const element = body[at] === '"' ? readQuoted(body, at) : readBare(body, at)
    if (!element) return null
    elements.push(element.value)
    at = element.end + 1
  }
  return elements
}

interface Element {
  value: string | null
  /** Where the comma after the element is, or the end of the text. */
  end: number
}

function readQuoted(body: string, start: number): Element | null {
  let value = ''
  let at = start + 1
  while (at < body.length && body[at] !== '"') {
    if (body[at] === '\\') at++
    value += body[at] ?? ''
    at++
  }
  const end = at + 1
  return at < body.length && (end === body.length || body[end] === ',') ? { value, end } : null
}

function readBare(body: string, start: number): Element | null {
  const comma = body.indexOf(',', start)
  const end = comma === -1 ? body.length : comma
  const text = body.slice(start, end)
  if (/[{}"]/.test(text)) return null
  return { value: text === 'NULL' ? null : text, end }
}
