// Free ports and "does somebody listen there?", for 127.0.0.1 unless told otherwise.
import { connect, createServer } from 'node:net'

export const isPortFree = async (port, host) => (await whyNotPort(port, host)) === undefined

/** The system's word for why nobody can listen there; undefined when one can. */
export function whyNotPort(port, host = '127.0.0.1') {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (error) => done(error.code))
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(undefined)))
  })
}

export function findFreePort(host = '127.0.0.1') {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen({ port: 0, host, exclusive: true }, () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

export function canConnect(port, host = '127.0.0.1', waitMs = 1000) {
  return new Promise((done) => {
    const socket = connect({ port, host })
    const end = (answer) => {
      socket.destroy()
      done(answer)
    }
    socket.setTimeout(waitMs, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
