/**
 * Steady socket: the socket that the Postgres driver (postgres 3.4.9) gets from us, because of two faults of its own
 * when Postgres goes away. A query put on a connection between its `error` and its `close` is lost, and after the next
 * connect it is answered as if nothing had been found: so here both events come in one moment. And a write below 1 kB
 * that waits when the connection breaks stops that connection for ever: so the greeting is longer than that; what was
 * left is refused with it, and the attempt after it works. tests/integration/store shows both.
 */
import { connect, type Socket } from 'node:net'

interface Target {
  path: string | false
  host: string[]
  port: number[]
}

/** For the driver's `socket` option. Not awaited until connected: the driver's own waits and errors stay in charge. */
export function steadySocket({ path, host, port }: Target): Socket {
  const address = { host: host[0] ?? 'localhost', port: port[0] ?? 5432 }
  const socket = path ? connect(path) : Object.assign(connect(address), address)
  const emit = socket.emit.bind(socket) as (event: string, ...values: unknown[]) => boolean
  let failure: unknown = null
  const steadyEmit = (event: string, ...values: unknown[]): boolean => {
    if (event === 'error') {
      failure = values[0]
      return true
    }
    if (event === 'close' && failure !== null) emit('error', failure)
    return emit(event, ...values)
  }
  socket.emit = steadyEmit as typeof socket.emit
  return socket
}

/** For the driver's `connection` option. */
export const LONG_GREETING = { 'dataharbour.greeting': '.'.repeat(1024) }

/** Both, to spread into the driver's options; its types know of neither. */
export const steadyOptions = (applicationName: string): object => ({
  socket: steadySocket,
  connection: { application_name: applicationName, ...LONG_GREETING },
})
