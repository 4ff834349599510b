/** Each code that a room closes with has its sentence in the browser, and each refusal at its door its code. */
import { describe, expect, it } from 'vitest'
import { CLOSE, RETRIED } from '#lib/domain/close-codes.ts'
import { endingOf, isFinalClose } from '#lib/live/room-ending.ts'
import { closeCodeOf } from '#server/errors.ts'

const final = Object.entries(CLOSE).filter(([, code]) => !RETRIED.includes(code))
const unknown = endingOf(4499)

describe('the end of a room', () => {
  it.each(final)('%s is final and has a sentence of its own', (_name, code) => {
    expect(isFinalClose(code)).toBe(true)
    expect(endingOf(code)).toMatchObject({ code, message: expect.stringMatching(/^[A-Z].+\.$/) as string })
    expect(endingOf(code).message).not.toBe(unknown.message)
  })

  it.each(RETRIED)('%i is tried again, without a word', (code) => expect(isFinalClose(code)).toBe(false))

  it('that nobody here knows still says something, and is final where y-websocket takes it for final', () => {
    expect([isFinalClose(4499), isFinalClose(1006), isFinalClose(4500)]).toEqual([true, false, false])
    expect(unknown.message).toBe('The server closed this notebook. Reload to try again.')
  })

  it.each([
    ['sign-in-needed', 4401, 'signed out'], ['not-allowed', 4403, 'no longer have access'], ['not-found', 4404, 'is gone'],
    ['share-invalid', 4410, 'link has ended'], ['share-expired', 4410, 'link has ended'],
  ] as const)('for %s has the code %i, and the browser says that it %s', (reason, code, words) => {
    expect(closeCodeOf(reason)).toBe(code)
    expect(endingOf(code).message).toContain(words)
  })
})
