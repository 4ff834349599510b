/**
 * A WebSocket class for the provider that tells which update-carrying messages really left, and when a socket begins.
 * The provider has no such event, and counting what it meant to send would be wrong for a socket that just closed.
 */
import { MESSAGE, SYNC } from '#lib/domain/room.ts'
import type { SentKind } from './unsaved-edits.ts'

export interface SocketWatch {
  onBegin: () => void
  onSent: (kind: SentKind) => void
}

export function countingSocket(Base: typeof WebSocket, watch: SocketWatch): typeof WebSocket {
  return class CountingSocket extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      watch.onBegin()
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      const kind = data instanceof Uint8Array ? kindOf(data) : null
      if (kind !== null) watch.onSent(kind)
      super.send(data)
    }
  }
}

/** Both numbers are below 128, so each is one byte. */
function kindOf([message, sync]: Uint8Array): SentKind | null {
  if (message !== MESSAGE.sync) return null
  return sync === SYNC.step2 ? 'whole' : sync === SYNC.update ? 'change' : null
}
