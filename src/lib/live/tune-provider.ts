/**
 * Where a room needs something else than y-websocket does: whose presence it tells, what it believes of it, what it
 * remembers of a line that is gone, and how soon it takes a silent one for dead.
 */
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { encodeAwarenessUpdate } from 'y-protocols/awareness'
import type { WebsocketProvider } from 'y-websocket'
import { MESSAGE } from '#lib/domain/room.ts'

/** The room speaks every 14 s. The provider waits for 30 s and looks every 3 s: longer than the 30 s that are promised. */
const SILENCE_MS = 28_000
const LOOK_EVERY_MS = 1_000

export function tuneProvider(provider: WebsocketProvider): void {
  tellOwnPresenceOnly(provider)
  keepOwnPresence(provider)
  forgetWithTheLine(provider)
  noticeSilence(provider)
}

/** The provider would echo everybody's state back to the server with each change; only our own is ours to tell. */
function tellOwnPresenceOnly(provider: WebsocketProvider): void {
  const { awareness } = provider
  awareness.off('update', provider._awarenessUpdateHandler)
  awareness.on('update', (_change: unknown, origin: unknown) => {
    if (origin !== 'local' || !provider.wsconnected) return
    const encoder = createEncoder()
    writeVarUint(encoder, MESSAGE.awareness)
    writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [awareness.clientID]))
    provider.ws?.send(toUint8Array(encoder))
  })
}

/** The server repeats us with everybody else; what it says of us can be older than what we have just told. */
function keepOwnPresence({ awareness, messageHandlers }: WebsocketProvider): void {
  const hear = messageHandlers[MESSAGE.awareness]
  messageHandlers[MESSAGE.awareness] = (...message) => {
    const own = awareness.getLocalState()
    hear?.(...message)
    if (own !== null) awareness.states.set(awareness.clientID, own)
  }
}

/** With the line the provider drops the others' states, but not their clocks: it would take who has not moved meanwhile for old news. */
function forgetWithTheLine(provider: WebsocketProvider): void {
  const { clientID, meta } = provider.awareness
  provider.on('status', ({ status }) => {
    if (status !== 'disconnected') return
    for (const id of meta.keys()) if (id !== clientID) meta.delete(id)
  })
}

function noticeSilence(provider: WebsocketProvider): void {
  clearInterval(provider._checkInterval)
  provider._checkInterval = setInterval(() => {
    const { ws, wsconnected, wsLastMessageReceived } = provider
    // A dead line may not tell of its end for long, whatever one asks of it.
    if (wsconnected && wsLastMessageReceived < Date.now() - SILENCE_MS) ws?.onclose?.(new CloseEvent('close'))
  }, LOOK_EVERY_MS)
}
