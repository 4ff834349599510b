/**
 * Deps: the one record of everything with state, built once per process at boot and handed down.
 * The SvelteKit bundle and `server/main.ts` each load their own copy of every module, so no module may
 * hold state: the record is published under one `Symbol.for` key that both copies can read.
 */
import type { Access } from './access/access.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import type { Auth } from './auth/auth.ts'
import type { KernelLine } from './compute/kernel-line.ts'
import type { Feed } from './feed/feed.ts'
import type { HealthWatch } from './health.ts'
import type { Objects } from './objects/objects.ts'
import type { Reader } from './reader/reader.ts'
import type { Rooms } from './rooms/rooms.ts'
import type { Database, Sql } from './store/client.ts'
import type { Pulse } from './store/pulse.ts'

/** What the application needs in any process, web or worker. */
export interface CoreDeps {
  config: Config
  log: Log
  /** Raw Postgres (`postgres` package), for transactions and LISTEN. */
  sql: Sql
  /** The same pool through drizzle. */
  db: Database
  now: () => Date
  objects: Objects
}

/** What a web process has besides. */
export interface Deps extends CoreDeps {
  auth: Auth
  reader: Reader
  access: Access
  rooms: Rooms
  feed: Feed
  kernelLine: KernelLine
  health: HealthWatch
  pulse: Pulse
}

const KEY = Symbol.for('dataharbour.deps')
type Holder = { [KEY]?: Deps }

export const publishDeps = (deps: Deps): void => void ((globalThis as Holder)[KEY] = deps)

export function publishedDeps(): Deps {
  const deps = (globalThis as Holder)[KEY]
  if (deps === undefined) throw new Error('The application was not started: server/main.ts publishes the Deps record.')
  return deps
}
