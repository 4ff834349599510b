/**
 * A pass to the pages of one Spark, in their address: a page without an origin of ours sends no cookie with what it
 * loads. It names the person, whose role is asked again at each request, and is over soon; a page itself is shown only
 * with the person's own cookie besides, so that an address that was sent on opens nothing for another.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ComputeId, UserId } from '#lib/domain/ids.ts'

export interface Pass { userId: UserId; issuedAt: number }

const LIVES_MS = 30 * 60_000
const RENEWED_AFTER_MS = 10 * 60_000

const sign = (authSecret: string, id: ComputeId, body: string): Buffer => createHmac('sha256', authSecret).update(`pass to spark pages of ${id}: ${body}`).digest()

export function issuePass(authSecret: string, id: ComputeId, userId: UserId, now: Date): string {
  const body = Buffer.from(JSON.stringify([userId, now.getTime()])).toString('base64url')
  return `${body}.${sign(authSecret, id, body).toString('base64url')}`
}

/** Null for one that was not issued here, for another compute, or that is over. */
export function readPass(authSecret: string, id: ComputeId, pass: string, now: Date): Pass | null {
  const [body = '', signature = ''] = pass.split('.')
  const given = Buffer.from(signature, 'base64url')
  const right = sign(authSecret, id, body)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null
  const [userId, issuedAt] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [UserId, number]
  return now.getTime() - issuedAt < LIVES_MS ? { userId, issuedAt } : null
}

export const isToRenew = ({ issuedAt }: Pass, now: Date): boolean => now.getTime() - issuedAt > RENEWED_AFTER_MS
