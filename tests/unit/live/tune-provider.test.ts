/** The provider of a room on a line that breaks, with a socket that the test plays. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { tuneProvider } from '#lib/live/tune-provider.ts'
import { awarenessFrame, decodeMessage, writePresence } from '#server/rooms/protocol.ts'

const RECONNECTS_WITHIN_MS = 300
const BOB = 77

class PlayedSocket {
  static readonly OPEN = 1
  static readonly all: PlayedSocket[] = []
  readonly OPEN = 1
  readyState = 1
  readonly sent: Uint8Array[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: Uint8Array }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor() {
    PlayedSocket.all.push(this)
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes)
  }

  close(): void {
    this.readyState = 3
  }

  hear(clientId: number, clock: number, state: unknown): void {
    this.onmessage?.({ data: awarenessFrame(writePresence([{ clientId, clock, json: JSON.stringify(state) }])) })
  }
}

let provider: WebsocketProvider
const socket = (): PlayedSocket => PlayedSocket.all.at(-1)!
const stateOf = (clientId: number): unknown => provider.awareness.getStates().get(clientId)

beforeEach(() => {
  vi.useFakeTimers()
  provider = new WebsocketProvider('ws://harbour/rooms', 'notebook', new Y.Doc(), { connect: false, disableBc: true, WebSocketPolyfill: PlayedSocket as unknown as typeof WebSocket })
  tuneProvider(provider)
  provider.connect()
  socket().onopen?.()
})
afterEach(() => {
  provider.destroy()
  PlayedSocket.all.length = 0
  vi.useRealTimers()
})

describe('a line that breaks', () => {
  it('takes everybody along, and the next one brings them back as they were, also who has not moved', () => {
    socket().hear(BOB, 5, { at: 'rest' })
    expect(stateOf(BOB)).toEqual({ at: 'rest' })
    socket().onclose?.({ code: 1006 })
    expect(stateOf(BOB)).toBeUndefined()
    vi.advanceTimersByTime(RECONNECTS_WITHIN_MS)
    expect(PlayedSocket.all).toHaveLength(2)
    socket().onopen?.()
    socket().hear(BOB, 5, { at: 'rest' })
    expect(stateOf(BOB)).toEqual({ at: 'rest' })
  })
})

describe('F13 a line that is silent', () => {
  it('is taken for dead within 30 s, and for alive between two beats of the room', () => {
    vi.advanceTimersByTime(27_000)
    expect([PlayedSocket.all.length, provider.wsconnected]).toEqual([1, true])
    vi.advanceTimersByTime(3_000)
    expect(PlayedSocket.all).toHaveLength(2)
  })
})

describe('what the server says of ourselves', () => {
  it('is what we told before: where we are now stays, and is told again', () => {
    const { awareness } = provider
    awareness.setLocalStateField('cursor', 'now')
    socket().hear(awareness.clientID, 1000, { user: { id: 'me' }, cursor: 'before' })
    expect(awareness.getLocalState()).toEqual({ cursor: 'now' })
    awareness.setLocalState(awareness.getLocalState())
    const told = decodeMessage(socket().sent.at(-1)!)
    expect(told).toMatchObject({ kind: 'awareness', updates: [{ state: { cursor: 'now' } }] })
  })
})
