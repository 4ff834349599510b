/**
 * Channels: LISTEN on a connection of its own that is opened again whenever it is lost or silent. What was sent
 * meanwhile is gone, so `onReady` runs after each opening and the caller reads up. What is in a hurry is sent on it too:
 * it never waits behind a commit.
 */
import postgres from 'postgres'
import type { Log } from '../log.ts'

export interface ChannelsPort {
  databaseUrl: string
  names: readonly string[]
  log: Log
  onMessage: (channel: string, payload: string) => void
  onReady: () => void
}

export interface Channels {
  /** Asks the connection whether it lives; a dead one is replaced. */
  check(): Promise<void>
  /** NOTIFY, at once and in order. False, and nothing sent, while the connection does not keep up. */
  send(channels: string[], payload: string): boolean
  close(): Promise<void>
}

interface Session {
  client: postgres.Sql
  lost: PromiseWithResolvers<void>
  unanswered: number
}

const RETRY_MS = 300
const ANSWER_WITHIN_MS = 5_000
const UNANSWERED_MAX = 500

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
    send: (channels, payload) => {
      if (session === null || isClosed || session.unanswered >= UNANSWERED_MAX) return false
      const by = session
      by.unanswered += 1
      by.client`select pg_notify(channel, ${payload}) from unnest(string_to_array(${channels.join(' ')}, ' ')) as channel`
        .catch(() => {})
        .finally(() => void (by.unanswered -= 1))
      return true
    },
    close: async () => {
      isClosed = true
      session?.lost.resolve()
      await session?.client.end({ timeout: 1 }).catch(() => {})
    },
  }
}

function connect(port: ChannelsPort): Session {
  const lost = Promise.withResolvers<void>()
  const options = {
    max: 1, idle_timeout: 0, max_lifetime: null, fetch_types: false,
    connection: { application_name: 'dataharbour-rooms' },
    onnotice: () => {},
    // Not in the package's types, but what its own `listen` is made of; that one stops for good when a retry fails.
    onnotify: port.onMessage,
    onclose: () => lost.resolve(),
  }
  return { client: postgres(port.databaseUrl, options), lost, unanswered: 0 }
}
