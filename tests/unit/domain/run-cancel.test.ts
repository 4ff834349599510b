/** What is said of a cancel, and of what an Interrupt left in line. */
import { expect, it } from 'vitest'
import { cancelledBy, describeCancel, describeLeft } from '#lib/domain/run-cancel.ts'

it.each(['Ada', 'Ben B. Jr.', 'two\nlines'])('finds the name again in the sentence: %j', (name) => {
  expect(cancelledBy(describeCancel(name))).toBe(name)
})

it.each([null, 'The worker that ran this died. Run it again.'])('finds none in %j', (reason) => {
  expect(cancelledBy(reason)).toBeNull()
})

it.each<[(string | null)[], string]>([
  [['Ben'], 'Still in line: 1 run of Ben.'],
  [['Ben', 'Ben'], 'Still in line: 2 runs of Ben.'],
  [['Ben', 'Cleo', 'Ben'], 'Still in line: 3 runs of Ben and Cleo.'],
  [['Ben', 'Cleo', 'Dan'], 'Still in line: 3 runs of Ben, Cleo and Dan.'],
  [['Ben', 'Cleo', 'Dan', 'Eve', 'Eve'], 'Still in line: 5 runs of Ben, Cleo and 2 others.'],
  [[null], 'Still in line: 1 run of somebody else.'],
])('says whose runs wait on: %j', (owners, sentence) => {
  expect(describeLeft(owners)).toBe(sentence)
})
