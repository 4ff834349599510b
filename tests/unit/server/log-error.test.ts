import { DrizzleQueryError } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { describeError } from '#server/log-error.ts'

describe('what the log tells of an error', () => {
  it('has the query and where it was asked, and nothing of what somebody wrote', () => {
    const refused = Object.assign(new Error('duplicate key value violates unique constraint "user_email"'), { code: '23505', detail: 'Key (email)=(ada@secret.example) already exists.' })
    const error = new DrizzleQueryError('insert into cells (source) values ($1)', ['password = "planted"\n    at home'], refused)
    const told = JSON.stringify(describeError(error))
    expect(told).not.toMatch(/planted|ada@secret|at home/)
    expect(told).toMatch(/insert into cells/)
    expect(told).toMatch(/duplicate key value/)
    expect(told).toMatch(/log-error\.test/)
  })

  it('leaves what is no error of a query as it is', () => {
    const error = Object.assign(new TypeError('x is not a function'), { code: 'E1' })
    expect(describeError(error)).toMatchObject({ type: 'TypeError', message: 'x is not a function', code: 'E1' })
    expect(describeError('words')).toBe('words')
  })

  it('is told of every kind: a timeout, several in one, and one that is its own cause', () => {
    expect(describeError(new DOMException('took too long', 'TimeoutError'))).toMatchObject({ name: 'TimeoutError', message: 'took too long' })
    const refused = Object.assign(new Error('refused'), { address: '::1', detail: 'planted' })
    const several = JSON.stringify(describeError(new AggregateError([refused, 'words'], 'no address answers')))
    expect(several).toMatch(/AggregateError.*no address answers.*refused.*::1.*words/)
    expect(several).not.toContain('planted')
    const circle = new Error('round')
    circle.cause = new Error('and round', { cause: circle })
    expect(JSON.stringify(describeError(circle))).toContain('round: and round')
  })
})
