/**
 * Close codes of a room's socket: the server closes with them, the browser tells what they mean. Both read them here, so a
 * number without a sentence shows in a test. y-websocket takes 4400–4499 as final and tries again after any other.
 */
export const CLOSE = {
  signInNeeded: 4401,
  notAllowed: 4403,
  notFound: 4404,
  epochConflict: 4409,
  shareEnded: 4410,
  badFrame: 1007,
  protocol: 1008,
  tooLarge: 1009,
  restarting: 1012,
  tryLater: 1013,
} as const

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE]

/** After these the same page may come again by itself. */
export const RETRIED: readonly CloseCode[] = [CLOSE.restarting, CLOSE.tryLater]
