/** Builds the Deps record of a web process, and closes it in the reverse order: nothing acknowledged is left unwritten. */
import { createAccess } from './access/create-access.ts'
import { createAuth } from './auth/auth.ts'
import { createKernelLine } from './compute/kernel-line.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { createFeed } from './feed/listen.ts'
import { createHealth } from './health.ts'
import type { Log } from './log.ts'
import { createMinioObjects } from './objects/minio-objects.ts'
import { createReader } from './reader/create-reader.ts'
import { createRooms } from './rooms/create-rooms.ts'
import { startSweeper } from './runs/start-sweeper.ts'
import { openAside, openStore } from './store/client.ts'
import { createPulse } from './store/pulse.ts'

export interface OpenedDeps {
  deps: Deps
  close: () => Promise<void>
}

export async function openDeps(config: Config, log: Log): Promise<OpenedDeps> {
  const store = openStore(config.databaseUrl, { name: 'web' })
  await store.sql`select 1`
  const core = { config, log, sql: store.sql, db: store.db, now: () => new Date(), objects: createMinioObjects(config.s3) }
  const auth = createAuth(core)
  const reader = createReader(core)
  const feed = await createFeed(core)
  const kernelLine = await createKernelLine(core)
  const access = createAccess(core)
  const rooms = await createRooms({ ...core, access })
  const stopSweeper = startSweeper(core)
  const pulse = createPulse(() => openAside(config.databaseUrl, 'pulse'))
  const deps: Deps = { ...core, auth, reader, feed, access, rooms, kernelLine, pulse, health: createHealth({ ...core, reader }) }
  return {
    deps,
    close: async () => {
      await stopSweeper()
      await rooms.close()
      access.close()
      await kernelLine.close()
      await feed.close()
      await reader.close()
      await pulse.close()
      await store.close()
    },
  }
}
