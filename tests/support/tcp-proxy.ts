/**
 * A TCP proxy in front of a service, to take the service away: `cut` ends every connection and refuses new ones, `mend`
 * lets them in again. `freeze` leaves every connection open and passes nothing on any more, as when a cable is pulled: new
 * ones pass. `hang` is that for new ones too, until `mend`. `slow` lets that many bytes a second through to the clients of connections made from then on.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpProxy {
  port: number
  cut: () => void
  mend: () => void
  freeze: () => void
  hang: () => void
  slow: (bytesPerSecond: number | null) => void
  /** When each connection was made that got through, by performance.now(). */
  readonly arrivals: readonly number[]
  /** How many bytes clients got through it so far. */
  bytesDown: () => number
  close: () => Promise<void>
}

/** `isEnd` sees each piece that a client sends; a piece for which it says so ends that connection instead of passing on. */
export async function startProxy(target: { host: string; port: number }, isEnd: (piece: Buffer) => boolean = () => false): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  let isHung = false
  const arrivals: number[] = []
  const clients: Socket[] = []
  let pace: number | null = null
  const server = createServer((incoming) => {
    if (isCut) return void incoming.destroy()
    if (isHung) {
      sockets.add(incoming)
      return void incoming.on('error', () => {}).on('close', () => sockets.delete(incoming))
    }
    arrivals.push(performance.now())
    clients.push(incoming)
    const outgoing = connect(target)
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        incoming.destroy()
        outgoing.destroy()
      })
    }
    incoming.on('data', (piece: Buffer) => {
      if (isEnd(piece)) incoming.resetAndDestroy()
    })
    incoming.pipe(outgoing)
    if (pace === null) outgoing.pipe(incoming)
    else trickle(outgoing, incoming, pace)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const freeze = (): void => {
    for (const socket of sockets) {
      socket.unpipe()
      socket.pause()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.resetAndDestroy()
    },
    arrivals,
    bytesDown: () => clients.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    mend: () => {
      isCut = false
      isHung = false
    },
    freeze,
    hang: () => {
      isHung = true
      freeze()
    },
    slow: (bytesPerSecond) => void (pace = bytesPerSecond),
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    }),
  }
}

/** Reads no more than it passes on, so that the sender feels how slow the reader is. */
function trickle(from: Socket, to: Socket, bytesPerSecond: number): void {
  const chunk = Math.max(1, Math.round(bytesPerSecond / 10))
  const timer = setInterval(() => {
    const bytes: unknown = from.read(Math.min(chunk, from.readableLength))
    if (Buffer.isBuffer(bytes)) to.write(bytes)
  }, 100)
  from.on('close', () => clearInterval(timer))
}
