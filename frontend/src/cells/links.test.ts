import { describe, expect, it } from 'vitest'
import { linkTarget, mailTarget } from './links'

describe('linkTarget', () => {
  it.each([
    ['https://labs.example/a?b=c', 'https://labs.example/a?b=c'],
    ['http://labs.example', 'http://labs.example'],
    ['mailto:a@labs.example', 'mailto:a@labs.example'],
    ['labs.example', 'https://labs.example'],
    ['www.élan.example/path', 'https://www.élan.example/path'],
    ['labs.example:8080/x', 'https://labs.example:8080/x'],
    ['javascript:alert(1)', null],
    ['JavaScript:alert(1)', null],
    ['data:text/html,<b>', null],
    ['file:///etc/passwd', null],
    ['//labs.example', null],
    ['not a link', null],
    ['', null],
  ])('%j leads to %j', (text, target) => {
    expect(linkTarget(text)).toBe(target)
  })
})

describe('mailTarget', () => {
  it.each([
    ['a@labs.example', 'mailto:a@labs.example'],
    ['a@labs.example?cc=b@c', null],
    ['nobody', null],
  ])('%j leads to %j', (text, target) => {
    expect(mailTarget(text)).toBe(target)
  })
})
