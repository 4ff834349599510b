/** Which closings of a room's socket are final, and what they mean to the person. Any other one is tried again. */
import { CLOSE } from '#lib/domain/close-codes.ts'

export interface RoomEnding {
  code: number
  reason: 'sign-in-needed' | 'not-allowed' | 'not-found' | 'epoch-conflict' | 'share-ended' | 'too-large' | 'not-understood'
  message: string
}

const ENDINGS: Record<number, Omit<RoomEnding, 'code'>> = {
  [CLOSE.signInNeeded]: { reason: 'sign-in-needed', message: 'You are signed out. Sign in again to go on.' },
  [CLOSE.notAllowed]: { reason: 'not-allowed', message: 'You no longer have access to this notebook. Ask an owner of the workspace.' },
  [CLOSE.notFound]: { reason: 'not-found', message: 'This notebook is gone, or you have no access to it.' },
  [CLOSE.epochConflict]: { reason: 'epoch-conflict', message: 'This notebook was replaced by another version. Reload to see it.' },
  [CLOSE.shareEnded]: { reason: 'share-ended', message: 'This link has ended. Ask the person who sent it for a new one.' },
  [CLOSE.badFrame]: { reason: 'not-understood', message: 'The server did not understand this page. Reload it.' },
  [CLOSE.protocol]: { reason: 'not-understood', message: 'The server did not understand this page. Reload it.' },
  [CLOSE.tooLarge]: { reason: 'too-large', message: 'What you changed is too large to save: at most 7 MB at once, in at most 50,000 separate pieces. Download or copy it, then reload and bring it back in smaller parts.' },
}

const FALLBACK = { reason: 'not-allowed', message: 'The server closed this notebook. Reload to try again.' } as const

export const isFinalClose = (code: number): boolean => code in ENDINGS || (code >= 4400 && code < 4500)
export const endingOf = (code: number): RoomEnding => ({ code, ...(ENDINGS[code] ?? FALLBACK) })
