import { describe, expect, it } from 'vitest'
import { checkComment, namedIn, quoteOf } from '#lib/domain/comment.ts'

describe('a comment', () => {
  it.each([['', 'comment-empty'], [' \n ', 'comment-empty'], ['\u0000', 'comment-empty'], ['x'.repeat(10_001), 'comment-too-long']])('is refused: %.4j', (text, reason) => {
    expect(checkComment(text)).toMatchObject({ reason })
  })

  it('is kept without the space around it', () => expect(checkComment('  a\nb ')).toEqual({ ok: true, value: 'a\nb' }))
})

describe('a quote', () => {
  it('has at most 500 characters and cuts no letter in two', () => {
    expect(quoteOf(`${'x'.repeat(499)}🚢 and more`)).toBe('x'.repeat(499))
    expect(quoteOf(' short ')).toBe('short')
  })
})

describe('who is called', () => {
  const [ann, lee, bo] = [{ name: 'Ann' }, { name: 'Ann Lee' }, { name: 'Bo' }]
  it.each([
    ['@Ann look', [ann]], ['@Ann Lee look', [lee]], ['@Ann and @Ann Lee', [lee, ann]], ['Ann, Bo: look', []], ['mail@Bo', [bo]], ['', []],
  ])('%j', (body, people) => expect(namedIn(body, [ann, lee, bo])).toEqual(people))
})
