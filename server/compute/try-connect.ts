/**
 * Whether a Spark Connect server answers at an address, told in a sentence: a short real call. It ends a session that
 * was never there, which asks for the token and leaves nothing behind. Given one that is there, it ends that, with
 * whatever Spark still does for it.
 * [S25] The host is resolved once, each address is looked at, and the connection goes to the very address that was.
 */
import { randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { connect, constants, type ClientHttp2Session } from 'node:http2'
import { isRefusedAddress, refusedAddress, usesTls, type ConnectUrl } from '#lib/domain/connect-url.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'

export type ConnectRefusal = 'address-refused' | 'connect-failed'

export interface SparkSession {
  sessionId: string
  /** As the client named itself; null: not at all. */
  userId: string | null
}

const ANSWER_WITHIN_MS = 5000
const METHOD = '/spark.connect.SparkConnectService/ReleaseSession'
const UNAUTHENTICATED = '16'

export const tryConnect = (url: ConnectUrl, within = ANSWER_WITHIN_MS): Promise<Outcome<null, ConnectRefusal>> => endSession(url, { sessionId: randomUUID(), userId: 'dataharbour' }, within)

export async function endSession(url: ConnectUrl, ended: SparkSession, within = ANSWER_WITHIN_MS): Promise<Outcome<null, ConnectRefusal>> {
  const { host, port } = url
  const found = await lookup(host, { all: true }).catch(() => [])
  if (found.length === 0) return refuse('connect-failed', `There is no host called ${host}. Look at the name, or write its number.`)
  if (found.some(({ address }) => isRefusedAddress(address))) return refusedAddress()
  const { address, family } = found[0]!
  const isSecure = usesTls(url)
  const session = connect(`${isSecure ? 'https' : 'http'}://${family === 6 ? `[${address}]` : address}:${port}`, isSecure ? { servername: host } : {})
  try {
    return await inTime(session, call(session, url, ended), within, `${host}:${port}`)
  } finally {
    session.destroy()
  }
}

async function inTime(session: ClientHttp2Session, called: Promise<Outcome<null, ConnectRefusal>>, within: number, place: string): Promise<Outcome<null, ConnectRefusal>> {
  const late = Promise.withResolvers<Outcome<null, ConnectRefusal>>()
  const timer = setTimeout(() => late.resolve(refuse('connect-failed', `${place} did not answer within ${within / 1000} seconds.`)), within)
  const failed = new Promise<Outcome<null, ConnectRefusal>>((resolve) => session.once('error', (error: NodeJS.ErrnoException) => resolve(refuse('connect-failed', explain(error, place)))))
  const result = await Promise.race([called, late.promise, failed])
  clearTimeout(timer)
  return result
}

function call(session: ClientHttp2Session, { host, port, token }: ConnectUrl, ended: SparkSession): Promise<Outcome<null, ConnectRefusal>> {
  return new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST', ':path': METHOD, ':authority': `${host}:${port}`, 'content-type': 'application/grpc', te: 'trailers',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    })
    let status: string | undefined
    const read = (headers: Record<string, unknown>) => (status = (headers['grpc-status'] as string | undefined) ?? status)
    stream.on('response', read).on('trailers', read).on('data', () => {})
    // The session tells what went wrong in words.
    stream.on('error', () => {})
    stream.on('close', () => {
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR && status === undefined) return
      resolve(verdict(status, `${host}:${port}`, token !== null))
    })
    stream.end(request(ended))
  })
}

function verdict(status: string | undefined, place: string, hasToken: boolean): Outcome<null, ConnectRefusal> {
  if (status === '0') return accept(null)
  if (status === UNAUTHENTICATED) return refuse('connect-failed', hasToken ? `Spark at ${place} does not take this token.` : `Spark at ${place} asks for a token: add /;token=… to the address.`)
  return refuse('connect-failed', `Something answers at ${place}, but it is not Spark Connect.`)
}

function explain({ code, message }: NodeJS.ErrnoException, place: string): string {
  if (code === 'ECONNREFUSED') return `Nobody listens at ${place}. Is Spark Connect running there, and is this its port (15002 as a rule)?`
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `${place} cannot be reached from here.`
  if (/certificate|self.signed|altnames/i.test(`${code} ${message}`)) return `The certificate of ${place} is not one that this machine trusts.`
  if (code === 'EPROTO' || /ssl|tls/i.test(`${code} ${message}`)) return `${place} does not speak TLS, which a token needs.`
  return `Something answers at ${place}, but it is not Spark Connect.`
}

/** ReleaseSessionRequest { session_id = 1; user_context = 2 { user_id = 1 } } in gRPC's frame. Each text must be below 128 bytes. */
function request({ sessionId, userId }: SparkSession): Buffer {
  const text = (field: number, value: Buffer): Buffer => Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), value])
  const message = Buffer.concat([text(1, Buffer.from(sessionId)), ...(userId === null ? [] : [text(2, text(1, Buffer.from(userId)))])])
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(message.length, 1)
  return Buffer.concat([frame, message])
}
