/**
 * `node workers/stop-all.ts`: ends every kernel and embedded Spark of this data folder, for the end of `npm start`.
 * The processes are known by the files that were written when they were started, so that none is missed when the
 * database is away; the rows are told when it is there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configOrExit, hostName } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { openStore } from '#server/store/client.ts'
import { computeRunFolder } from './compute/spark-address.ts'
import { removeConnection } from './kernels/connection-file.ts'
import { socketFolder } from './kernels/socket-folder.ts'
import { endProcess } from './processes/end-process.ts'
import type { ProcessIdentity } from './processes/identity.ts'

const KERNEL_GRACE_MS = 1500
const SPARK_GRACE_MS = 15_000

const config = configOrExit()
const log = createLog(config, 'stop-all')
const kernels = processesIn(socketFolder(config.dataDir))
const sparks = processesIn(computeRunFolder(config.dataDir))
await Promise.all([
  ...kernels.map(async ({ identity, path }) => {
    await endProcess(identity, KERNEL_GRACE_MS)
    removeConnection(path.replace(/\.pid$/, '.json'))
  }),
  ...sparks.map(({ identity }) => endProcess(identity, SPARK_GRACE_MS)),
])
log.info({ kernels: kernels.length, sparks: sparks.length }, 'kernels and Spark are stopped')
await tellRows().catch((error: unknown) => log.warn({ err: error }, 'the rows could not be told; the next worker sees for itself'))

async function tellRows(): Promise<void> {
  const store = openStore(config.databaseUrl, { name: 'stop-all', max: 1 })
  try {
    const pids = (found: typeof kernels) => found.map(({ identity }) => identity.pid)
    await store.sql`update kernels set state = 'stopped', end_reason = 'DataHarbour was stopped.', ended_at = now()
      where ended_at is null and host = ${hostName()} and pid = any(${pids(kernels)}::int[])`
    await store.sql`update computes set state = 'stopped', reason = null, pid = null, pid_started = null, url = null, ui_url = null
      where kind = 'embedded' and host = ${hostName()} and pid = any(${pids(sparks)}::int[])`
  } finally {
    await store.close()
  }
}

function processesIn(folder: string): { identity: ProcessIdentity; path: string }[] {
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.pid'))
  } catch {
    return []
  }
  return names.flatMap((name) => {
    const path = join(folder, name)
    try {
      return [{ identity: JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity, path }]
    } catch {
      return []
    }
  })
}
