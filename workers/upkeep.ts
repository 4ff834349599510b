/** What a worker does now and then: ends kernels that nobody holds, brings to rest what lost runs left going, renews the storage keys that kernels and Sparks read, looks whether a given Spark answers, stops Sparks and kernels that nobody uses. */
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import { hostName } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Sql } from '#server/store/client.ts'
import type { Computes } from './compute/computes.ts'
import type { StorageKeys } from './compute/storage-keys.ts'

const EVERY_MS = 10_000

interface Deps {
  sql: Sql
  log: Log
  keys: StorageKeys
  computes: Computes
  endStrayKernels: () => Promise<void>
  restForsakenKernels: () => Promise<void>
  stopIdleKernels: () => Promise<void>
}

export function startUpkeep(deps: Deps): () => Promise<void> {
  let current: Promise<void> = Promise.resolve()
  const act = () => {
    current = current.then(async () => void (await Promise.all([
      keep(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'the upkeep failed; it is tried again')),
      deps.computes.lookAtGiven().catch((error: unknown) => deps.log.warn({ err: error }, 'whether the given spark answers could not be told')),
    ])))
  }
  const timer = setInterval(act, EVERY_MS)
  timer.unref()
  act()
  return () => {
    clearInterval(timer)
    return current
  }
}

async function keep({ sql, log, keys, computes, endStrayKernels, restForsakenKernels, stopIdleKernels }: Deps): Promise<void> {
  await endStrayKernels()
  await restForsakenKernels()
  const rows = await sql<{ workspaceId: WorkspaceId; computeId: ComputeId | null }[]>`
    select workspace_id as "workspaceId", id as "computeId" from computes where kind = 'embedded' and host = ${hostName()} and state in ('starting', 'running')
    union select n.workspace_id, null from kernels k join notebooks n on n.id = k.notebook_id where k.ended_at is null and k.host = ${hostName()}`
  for (const { workspaceId, computeId } of rows) {
    await keys.ensure(workspaceId, computeId ?? undefined).catch((error: unknown) => log.warn({ err: error, workspaceId }, 'storage keys could not be renewed'))
  }
  await computes.stopIdle()
  await stopIdleKernels()
}
