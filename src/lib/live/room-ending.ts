/** Which closings of a room's socket are final, and what they mean to the person. Any other one is tried again. */
export interface RoomEnding {
  code: number
  reason: 'sign-in-needed' | 'not-allowed' | 'not-found' | 'epoch-conflict' | 'share-ended' | 'too-large' | 'not-understood'
  message: string
}

const ENDINGS: Record<number, Omit<RoomEnding, 'code'>> = {
  4401: { reason: 'sign-in-needed', message: 'You are signed out. Sign in again to go on.' },
  4403: { reason: 'not-allowed', message: 'You no longer have access to this notebook. Ask an owner of the workspace.' },
  4404: { reason: 'not-found', message: 'This notebook is gone, or you have no access to it.' },
  4409: { reason: 'epoch-conflict', message: 'This notebook was replaced by another version. Reload to see it.' },
  4410: { reason: 'share-ended', message: 'This link has ended. Ask the person who sent it for a new one.' },
  1007: { reason: 'not-understood', message: 'The server did not understand this page. Reload it.' },
  1008: { reason: 'not-understood', message: 'The server did not understand this page. Reload it.' },
  1009: { reason: 'too-large', message: 'What you changed is too large to save: at most 7 MB at once, in at most 50,000 separate pieces. Download or copy it, then reload and bring it back in smaller parts.' },
}

const FALLBACK = { reason: 'not-allowed', message: 'The server closed this notebook. Reload to try again.' } as const

export const isFinalClose = (code: number): boolean => code in ENDINGS || (code >= 4400 && code < 4500)
export const endingOf = (code: number): RoomEnding => ({ code, ...(ENDINGS[code] ?? FALLBACK) })
