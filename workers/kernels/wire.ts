/**
 * Jupyter's wire protocol (version 5.3) as bytes: a signed header, parent header, metadata and content. Pure.
 * A message whose signature is wrong is not a message: `decode` gives null.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface WireMessage {
  type: string
  id: string
  /** The id of the request that this belongs to; '' without one. */
  parentId: string
  metadata: Record<string, unknown>
  content: Record<string, unknown>
}

const DELIMITER = '<IDS|MSG>'
const VERSION = '5.3'

export interface NewMessage {
  type: string
  id: string
  session: string
  date: Date
  metadata?: Record<string, unknown>
  content: Record<string, unknown>
}

export function encode(message: NewMessage, key: string): Buffer[] {
  const header = { msg_id: message.id, session: message.session, username: 'dataharbour', date: message.date.toISOString(), msg_type: message.type, version: VERSION }
  const frames = [header, {}, message.metadata ?? {}, message.content].map((part) => Buffer.from(JSON.stringify(part)))
  return [Buffer.from(DELIMITER), Buffer.from(sign(frames, key)), ...frames]
}

export function decode(frames: readonly Buffer[], key: string): WireMessage | null {
  const at = frames.findIndex((frame) => frame.toString() === DELIMITER)
  const parts = frames.slice(at + 2, at + 6)
  const signature = frames[at + 1]
  if (at < 0 || signature === undefined || parts.length < 4 || !isSigned(parts, signature, key)) return null
  const [header, parent, metadata, content] = parts.map(parse)
  if (typeof header?.msg_type !== 'string' || typeof header.msg_id !== 'string') return null
  return { type: header.msg_type, id: header.msg_id, parentId: typeof parent?.msg_id === 'string' ? parent.msg_id : '', metadata: metadata ?? {}, content: content ?? {} }
}

function sign(frames: readonly Buffer[], key: string): string {
  const hmac = createHmac('sha256', key)
  for (const frame of frames) hmac.update(frame)
  return hmac.digest('hex')
}

function isSigned(frames: readonly Buffer[], signature: Buffer, key: string): boolean {
  const expected = Buffer.from(sign(frames, key))
  return expected.length === signature.length && timingSafeEqual(expected, signature)
}

/** A longer text does not fit into one string of ours; our kernels send none, but anybody's code can. */
const FRAME_MAX = 256 * 1024 * 1024

/** Python's json writes NaN and Infinity, which are not JSON; such a part reads as empty rather than ending the kernel. */
function parse(frame: Buffer): Record<string, unknown> | null {
  if (frame.length > FRAME_MAX) return null
  const text = frame.toString('utf8')
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    try {
      return JSON.parse(text.replace(/(?<=[:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, 'null')) as Record<string, unknown>
    } catch {
      return null
    }
  }
}
