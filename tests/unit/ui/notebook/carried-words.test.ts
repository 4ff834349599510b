/** What the notice says of cells that are offered: each by where it was found, and nothing of one that is not offered. */
import { expect, it } from 'vitest'
import { carriedSentence } from '#lib/ui/notebook/carried-words.ts'

it.each([
  [['lock'], '1 cell that you wrote before an owner locked it is not in the notebook as you wrote it.'],
  [['lock', 'lock'], '2 cells that you wrote before an owner locked them are not in the notebook as you wrote them.'],
  [['reload'], '1 cell that you wrote before the reload is not in the notebook as you wrote it.'],
  [['history'], '1 cell that you wrote in this browser before the notebook was replaced by another version is not in the notebook as you wrote it.'],
  [['role'], '1 cell that you wrote in this browser while you could change the notebook is not in the notebook as you wrote it.'],
  [['reload', 'lock', 'reload'], '3 cells that you wrote before the reload or before an owner locked them are not in the notebook as you wrote them.'],
] as const)('%o', (from, sentence) => expect(carriedSentence(from)).toBe(sentence))
