/** What the processes of one address say to each other. Each is known by its number, which a successor inherits. */
import type { IncomingHttpHeaders } from 'node:http'

/** A room's upgrade that came to the wrong process; its socket goes with the message. */
export interface PassedUpgrade {
  kind: 'upgrade'
  to: number
  url: string
  headers: IncomingHttpHeaders
  /** What the client sent behind the request, in base64. */
  head: string
}

/** From the first process to the others: who you are, and who listens. */
export interface Roll {
  kind: 'roll'
  self: number
  listening: number[]
}

export const isPassedUpgrade = (message: unknown): message is PassedUpgrade => kindOf(message) === 'upgrade'
export const isRoll = (message: unknown): message is Roll => kindOf(message) === 'roll'

const kindOf = (message: unknown): unknown => (typeof message === 'object' && message !== null && 'kind' in message ? message.kind : null)
