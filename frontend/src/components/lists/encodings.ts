/** The encodings that a file may be read in, by what they are for. */
export const ENCODINGS: Record<string, readonly string[]> = {
  unicode: ['utf-8', 'utf-8, windows-1252', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32'],
  western: ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'macintosh', 'ibm850'],
  central: ['windows-1250', 'iso-8859-2'],
  cyrillic: ['windows-1251', 'koi8-r', 'ibm866'],
  greek: ['windows-1253'],
  turkish: ['windows-1254'],
  hebrew: ['windows-1255'],
  arabic: ['windows-1256'],
  japanese: ['shift-jis', 'euc-jp'],
  chinese: ['gb18030', 'big5'],
  korean: ['euc-kr'],
}

/** What an encoding is for, by a key of `ENCODINGS`. */
export function familyOf(encoding: string): string {
  return Object.keys(ENCODINGS).find((family) => ENCODINGS[family]?.includes(encoding)) ?? 'unicode'
}
