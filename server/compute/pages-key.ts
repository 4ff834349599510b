/**
 * The key of Spark's own pages. They listen on a port of this machine, where every kernel of every workspace could ask
 * for them: so Spark answers only who signs with this key (its JWSFilter). Worker and web each make it from AUTH_SECRET.
 */
import { createHmac } from 'node:crypto'
import type { ComputeId } from '#lib/domain/ids.ts'

export const pagesKey = (authSecret: string, id: ComputeId): string => createHmac('sha256', authSecret).update(`spark pages of ${id}`).digest('base64url')

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What Spark asks for in `Authorization`: a signed token, good for a minute. */
export function signPagesToken(authSecret: string, id: ComputeId, now: Date): string {
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: Math.floor(now.getTime() / 1000) + 60 })}`
  return `${body}.${createHmac('sha256', Buffer.from(pagesKey(authSecret, id), 'base64url')).update(body).digest('base64url')}`
}
