/**
 * What an upgrade request asks for, judged by its own words alone. The path must be exactly `/rooms/<something>`; the
 * Origin must be the public address or the very host that was asked for. A request without Origin is not from a page of ours.
 */
import type { IncomingMessage } from 'node:http'

export type Asked = { kind: 'unknown' } | { kind: 'foreign' } | { kind: 'room'; notebookId: string; epoch: number | null }

const ROOM_PATH = /^\/rooms\/([A-Za-z0-9_-]{1,64})(?:\?(.*))?$/

export function readUpgrade(request: Pick<IncomingMessage, 'url' | 'headers'>, publicUrl: string): Asked {
  const match = ROOM_PATH.exec(request.url ?? '')
  const notebookId = match?.[1]
  if (notebookId === undefined) return { kind: 'unknown' }
  if (!isOwnOrigin(request.headers.origin, request.headers.host, publicUrl)) return { kind: 'foreign' }
  return { kind: 'room', notebookId, epoch: epochOf(match?.[2] ?? '') }
}

function isOwnOrigin(origin: string | undefined, host: string | undefined, publicUrl: string): boolean {
  const { origin: own, protocol } = new URL(publicUrl)
  if (origin === undefined) return false
  return origin === own || (host !== undefined && origin === `${protocol}//${host}`)
}

function epochOf(query: string): number | null {
  const text = new URLSearchParams(query).get('epoch')
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null
}
