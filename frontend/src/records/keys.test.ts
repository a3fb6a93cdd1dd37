import { describe, expect, it } from 'vitest'
import { column } from '@/testing/build'
import { keyOf } from './keys'

const columns = ['id', 'name', 'label'].map((name) => column({ name }))

describe('the key of a row', () => {
  it.each([
    [['id'], [7, 'Lyon', null], '7'],
    [['id', 'name'], [7, 'Lyon', null], '7,Lyon'],
    [['name'], [7, 'A/1, 100%', null], 'A%2F1%2C 100%25'],
    [['id', 'label'], [7, 'Lyon', null], null],
    [['serial'], [7, 'Lyon', null], null],
  ])('of %j in %j is %s', (names, row, key) => {
    expect(keyOf(row, columns, names)).toBe(key)
  })
})
