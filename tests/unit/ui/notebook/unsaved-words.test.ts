/** What the badge and the sentences claim of edits that are not saved: no number and no place that is not so. */
import { expect, it } from 'vitest'
import { unsavedSentence, unsavedWords } from '#lib/ui/notebook/unsaved-words.ts'

it.each([
  [{ unsaved: 1, knownUnsaved: 1, isKept: true }, '1 edit kept here', '1 edit of yours is not saved, but kept in this browser.'],
  [{ unsaved: 1200, knownUnsaved: 1200, isKept: true }, '1,200 edits kept here', '1,200 edits of yours are not saved, but kept in this browser.'],
  [{ unsaved: 6, knownUnsaved: 6, isKept: false }, '6 edits only on this page', '6 edits of yours are not saved, and on this page only.'],
  [{ unsaved: 1, knownUnsaved: 'some', isKept: true }, 'edits kept here', 'Edits of yours are not saved, but kept in this browser.'],
  [{ unsaved: 1, knownUnsaved: 0, isKept: true }, '', 'The server has not confirmed yet that everything is saved.'],
  [{ unsaved: 0, knownUnsaved: 0, isKept: true }, '', null],
] as const)('%o', (room, words, sentence) => {
  expect(unsavedWords(room)).toBe(words)
  expect(unsavedSentence(room)).toBe(sentence)
})
