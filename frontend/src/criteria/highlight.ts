/** Where a typed text stands in a label, whatever its accents and capitals. */

export interface Part {
  text: string
  isMatch: boolean
}

/** The label cut where the first match begins and ends; whole when there is none. */
export function highlight(label: string, typed: string): Part[] {
  const wanted = fold(typed.trim())
  // Folding can lengthen or shorten a character: places are counted in the label's own characters.
  const characters = Array.from(label)
  const folded = characters.map(fold)
  const at = wanted === '' ? -1 : folded.join('').indexOf(wanted)
  if (at === -1) return [{ text: label, isMatch: false }]
  const from = characterAt(folded, at)
  const to = characterAt(folded, at + wanted.length - 1) + 1
  return [
    { text: characters.slice(0, from).join(''), isMatch: false },
    { text: characters.slice(from, to).join(''), isMatch: true },
    { text: characters.slice(to).join(''), isMatch: false },
  ].filter(({ text }) => text !== '')
}

/** Where any of the words stands in a text, as offsets from and to; the words are folded already. */
export function placesOf(text: string, words: readonly string[]): [from: number, to: number][] {
  const characters = Array.from(text)
  const folded = characters.map(fold)
  const whole = folded.join('')
  const offsetOf = (character: number) => characters.slice(0, character).join('').length
  return words.flatMap((word) => {
    const places: [number, number][] = []
    for (let at = whole.indexOf(word); at !== -1; at = whole.indexOf(word, at + word.length)) {
      const last = characterAt(folded, at + word.length - 1)
      places.push([offsetOf(characterAt(folded, at)), offsetOf(last + 1)])
    }
    return places
  })
}

function characterAt(folded: readonly string[], place: number): number {
  let length = 0
  return folded.findIndex((character) => (length += character.length) > place)
}

/** Text compared as people type it: without accents and capitals. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
