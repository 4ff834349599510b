/** Which close code a visitor gets who may not come in, or not stay. */
import { CLOSE } from '../errors.ts'
import type { AdmitRefusal } from './rooms.ts'

const CODES: Record<AdmitRefusal, number> = {
  'sign-in-needed': CLOSE.signInNeeded,
  'not-allowed': CLOSE.notAllowed,
  'not-found': CLOSE.notFound,
  'share-invalid': CLOSE.shareEnded,
  'share-expired': CLOSE.shareEnded,
}

export const closeCodeOf = (reason: AdmitRefusal): number => CODES[reason]
