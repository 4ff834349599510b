import { describe, expect, it } from 'vitest'
import { matchPeople, mentionAt, putName } from '#lib/ui/comment/mention-query.ts'

/** `|` is the caret. */
const at = (text: string) => mentionAt(text.replace('|', ''), text.indexOf('|'))

describe('a name that is being typed', () => {
  it.each([
    ['@|', { at: 0, text: '' }], ['hi @an|', { at: 3, text: 'an' }], ['hi @ann le|', { at: 3, text: 'ann le' }], ['(@b|)', { at: 1, text: 'b' }], ['@a|nn', { at: 0, text: 'a' }],
  ])('%j', (text, query) => expect(at(text)).toEqual(query))

  it.each(['|', 'ann|', 'a@b|', '@ann|'.replace('@', '@ '), '@ann lee said|', '@ann\nx|', '|@ann'])('is not in %j', (text) => expect(at(text)).toBeNull())

  it('gives way to the whole name', () => {
    expect(putName('hi @an there', { at: 3, text: 'an' }, 'Ann Lee')).toEqual({ body: 'hi @Ann Lee there', caret: 12 })
    expect(putName('@', { at: 0, text: '' }, 'Bo')).toEqual({ body: '@Bo ', caret: 4 })
  })
})

describe('people', () => {
  const people = ['Zoë Ångström', 'Ann Lee', 'Lee Annan', 'Bo'].map((name) => ({ name }))
  it.each([['', ['Ann Lee', 'Bo', 'Lee Annan']], ['ann', ['Ann Lee', 'Lee Annan']], ['LEE', ['Lee Annan', 'Ann Lee']], ['ang', ['Zoë Ångström']], ['zoe', ['Zoë Ångström']], ['x', []]])(
    'by %j', (text, names) => expect(matchPeople(people, text, 3).map((one) => one.name)).toEqual(names))
})
