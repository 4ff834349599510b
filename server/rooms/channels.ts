/**
 * Channels: LISTEN on a connection of its own that is opened again whenever it is lost or silent. What was sent
 * meanwhile is gone, so `onReady` runs after each opening and the caller reads up. What is in a hurry is sent on it too:
 * it never waits behind a commit.
 */
import postgres from 'postgres'
import type { Log } from '../log.ts'
import { inTime } from './in-time.ts'
import type { Letter } from './mailbox.ts'

export interface ChannelsPort {
  databaseUrl: string
  names: readonly string[]
  log: Log
  /** One line of a payload. */
  onLine: (channel: string, line: string) => void
  onReady: () => void
}

export interface Channels {
  /** Asks the connection whether it lives; a dead one is replaced. */
  check(): Promise<void>
  /** NOTIFY in order. Rejects when nobody may have got it. */
  send(letters: Letter[]): Promise<void>
  close(): Promise<void>
}

interface Session {
  client: postgres.Sql
  lost: PromiseWithResolvers<void>
}

const RETRY_MS = 300
const ANSWER_WITHIN_MS = 5_000
/** In no id, number or base64. */
const SEPARATOR = '|'

/** Resolves when it listens for the first time. */
export async function openChannels(port: ChannelsPort): Promise<Channels> {
  const first = Promise.withResolvers<void>()
  let session: Session | null = null
  let isClosed = false

  const keepListening = async (): Promise<void> => {
    while (!isClosed) {
      session = connect(port)
      try {
        for (const name of port.names) await session.client.unsafe(`listen ${name}`)
        port.onReady()
        first.resolve()
        await session.lost.promise
      } catch (error) {
        port.log.warn({ err: error }, 'listening failed, trying again')
      }
      await session.client.end({ timeout: 0 }).catch(() => {})
      if (!isClosed) await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  void keepListening()
  await first.promise
  return {
    check: async () => {
      if (session === null) return
      const { client, lost } = session
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('No answer.')), ANSWER_WITHIN_MS)
      })
      await Promise.race([client`select 1`, late]).catch(() => lost.resolve())
      clearTimeout(timer)
    },
    send: async (letters) => {
      if (session === null || isClosed) throw new Error('The connection is not open.')
      await inTime(sendLetters(session.client, letters))
    },
    close: async () => {
      isClosed = true
      session?.lost.resolve()
      await session?.client.end({ timeout: 1 }).catch(() => {})
    },
  }
}

/** Joined to one text each: a connection that has not read the database's types cannot write a list. */
export async function sendLetters(sql: postgres.Sql, letters: Letter[]): Promise<void> {
  const list = (part: keyof Letter): string => letters.map((letter) => letter[part]).join(SEPARATOR)
  if (letters.length > 0) await sql`
    select pg_notify(channel, payload)
    from unnest(string_to_array(${list('channel')}, ${SEPARATOR}), string_to_array(${list('payload')}, ${SEPARATOR})) as letter(channel, payload)`
}

function connect(port: ChannelsPort): Session {
  const lost = Promise.withResolvers<void>()
  const options = {
    max: 1, idle_timeout: 0, max_lifetime: null, fetch_types: false,
    connection: { application_name: 'dataharbour-rooms' },
    onnotice: () => {},
    // Not in the package's types, but what its own `listen` is made of; that one stops for good when a retry fails.
    onnotify: (channel: string, payload: string) => payload.split('\n').forEach((line) => port.onLine(channel, line)),
    onclose: () => lost.resolve(),
  }
  return { client: postgres(port.databaseUrl, options), lost }
}
