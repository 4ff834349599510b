/** Where a commented piece of text is after cells were split, merged, and parted again. */
import { describe, expect, it } from 'vitest'
import { findMoved } from '#lib/document/find-moved.ts'

const piece = (text: string, word: string) => ({ start: text.indexOf(word), end: text.indexOf(word) + word.length })
const seen = (before: string, word: string, after: string) => {
  const moved = findMoved(before, piece(before, word), after)
  return moved === null ? null : after.slice(moved.start, moved.end)
}

describe('a piece of text', () => {
  it.each([
    ['goes down with a split', 'one = 1\ntwo = 2', 'two', 'two = 2'],
    ['goes up with a merge', 'two = 2', 'two', 'one = 1\ntwo = 2'],
    ['goes up with a merge of several', 'two = 2', '2', 'one = 1\ntwo = 2\nthree = 3'],
    ['goes back when they are parted', 'one = 1\ntwo = 2\nthree = 3', 'two', 'two = 2'],
    ['is the later one where both cells said the same', 'same', 'same', 'same\nsame'],
  ])('%s', (_what, before, word, after) => expect(seen(before, word, after)).toBe(word))

  it.each([
    ['went elsewhere', 'one = 1\ntwo = 2', 'one', 'two = 2'],
    ['is across the cut', 'one = 1\ntwo = 2', '1\ntwo', 'two = 2'],
    ['was in another text', 'one = 1', 'one', 'three = 3'],
    ['of a cell that is empty now', 'one = 1', 'one', ''],
  ])('is not there when it %s', (_what, before, word, after) => expect(seen(before, word, after)).toBeNull())
})
