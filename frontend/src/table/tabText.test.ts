import { describe, expect, it } from 'vitest'
import type { Cell } from '@/api/types'
import { column } from '@/testing/build'
import { plainText, toTabText } from './tabText'

describe('a copied value', () => {
  it.each<[Cell, Parameters<typeof column>[0], string]>([
    [null, {}, ''],
    ['', {}, ''],
    [1234567, { type: 'integer', format: 'quantity' }, '1234567'],
    ['1234.50', { type: 'decimal' }, '1234.50'],
    [true, { type: 'boolean' }, 'true'],
    ['2026-01-31', { type: 'date' }, '2026-01-31'],
    ['a@x.example¤b@x.example', { split: '¤' }, 'a@x.example, b@x.example'],
  ])('%s of a column %o is "%s"', (value, about, expected) => {
    expect(plainText(value, column(about))).toBe(expected)
  })
})

describe('copied cells', () => {
  it('are put between tabs, a line for each row', () => {
    expect(
      toTabText([
        ['a', 'b'],
        ['', 'd'],
      ]),
    ).toBe('a\tb\n\td')
  })

  it('are quoted where a spreadsheet would split them', () => {
    expect(toTabText([['two\nlines', 'a "b"', 'c,d']])).toBe('"two\nlines"\t"a ""b"""\tc,d')
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+SUM(1)', "'+SUM(1)"],
    ['-2+3+cmd', "'-2+3+cmd"],
    ['@SUM(1)', "'@SUM(1)"],
    ['＝1+1', "'＝1+1"],
    ['@handle', "'@handle"],
    ['-5', '-5'],
    ['-1.234,56', '-1.234,56'],
    ['+33 1 23 45 67 89', '+33 1 23 45 67 89'],
    ['a=b', 'a=b'],
    ['a list:\n- one', '"a list:\n- one"'],
  ])('that a spreadsheet would run are made harmless: %s', (text, expected) => {
    expect(toTabText([['a', text]])).toBe(`a\t${expected}`)
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['@SUM(1)', "'@SUM(1)"],
    ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
    ['a\n=1+1', "a\n'=1+1"],
    ['a\t@SUM(1)\t-5', "a\t'@SUM(1)\t-5"],
    ['@handle', '@handle'],
    ['-5', '-5'],
    ['- one\n- two', '- one\n- two'],
  ])('that are one alone are made harmless too, but for names: %s', (text, expected) => {
    expect(toTabText([[text]])).toBe(expected)
  })

  it('that are one alone go as they are', () => {
    expect(toTabText([['two\n"lines"']])).toBe('two\n"lines"')
  })
})
