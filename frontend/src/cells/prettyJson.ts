/** JSON laid out to be read. Its words are kept as they are: parsing would round long numbers. */

const TOKEN = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g
const INDENT = '  '

/** The text over several lines, or null when it doesn't look like an object or an array. */
export function prettyJson(text: string): string | null {
  if (!/^\s*[{[]/.test(text)) return null
  let depth = 0
  let pretty = ''
  let before = ''
  for (const [token] of text.matchAll(TOKEN)) {
    const isEnd = token === '}' || token === ']'
    if (isEnd) depth--
    if (startsLine(before, token)) pretty += `\n${INDENT.repeat(Math.max(0, depth))}`
    pretty += token === ':' ? ': ' : token
    if (token === '{' || token === '[') depth++
    before = token
  }
  return depth === 0 ? pretty : null
}

/** An empty object or array stays on its line. */
function startsLine(before: string, token: string): boolean {
  const isOpened = before === '{' || before === '['
  const isEnd = token === '}' || token === ']'
  return isEnd ? !isOpened : isOpened || before === ','
}
