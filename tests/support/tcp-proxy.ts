/** A TCP proxy in front of a service, to take the service away: `cut` ends every connection and refuses new ones, `mend` lets them in again. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpProxy {
  port: number
  cut: () => void
  mend: () => void
  close: () => Promise<void>
}

/** `isEnd` sees each piece that a client sends; a piece for which it says so ends that connection instead of passing on. */
export async function startProxy(target: { host: string; port: number }, isEnd: (piece: Buffer) => boolean = () => false): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((incoming) => {
    if (isCut) return void incoming.destroy()
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
    incoming.pipe(outgoing).pipe(incoming)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.resetAndDestroy()
    },
    mend: () => void (isCut = false),
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    }),
  }
}
