/**
 * Kernels that nobody holds any more. A scheduled run's kernel whose attempt is over still executes the old attempt's
 * code: it is ended. A notebook's own kernel is left alone, but its death is noticed although no run is under way:
 * after a restart a worker watches it from the start. A process without a row was started by a worker that died before
 * it could write one.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { RunId } from '#lib/domain/ids.ts'
import { describeKernelEnd } from '#lib/domain/kernel.ts'
import { endKernel, listLiveKernels, listOverKernels, type KernelRow } from '#server/compute/kernel-store.ts'
import { hostName } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { endProcess } from '../processes/end-process.ts'
import { isAlive, type ProcessIdentity } from '../processes/identity.ts'
import { PATIENCE_MS } from '../with-patience.ts'
import { removeConnection } from './connection-file.ts'

interface Deps { db: Database; log: Log; now: () => Date; socketFolder: string }

const GRACE_MS = 2000
const SAID_WITHIN_MS = 1500
/** A younger process may be about to get its row, also where the database was away. */
const ROW_WITHIN_MS = PATIENCE_MS + 30_000

export async function endStrayKernels(deps: Deps): Promise<void> {
  for (const row of await listOverKernels(deps.db, hostName())) await endOver(deps, row)
  const live = await listLiveKernels(deps.db, hostName())
  await tellDead(deps, live)
  const known = new Set(live.map((row) => row.pid))
  for (const { identity, path } of processesIn(deps)) if (!known.has(identity.pid)) await endUnknown(deps, identity, path)
}

/** Who holds a kernel knows why it died, and is about to say so: only what nobody has said by then is said here. */
async function tellDead(deps: Deps, live: readonly KernelRow[]): Promise<void> {
  const areAlive = await Promise.all(live.map(isAlive))
  const dead = live.filter((_, at) => !areAlive[at])
  if (dead.length === 0) return
  await wait(SAID_WITHIN_MS)
  for (const row of dead) await endKernel(deps, row.id, 'dead', describeKernelEnd(null, null))
}

/** Before a run is tried again: what the attempt before left running ends first. */
export async function endKernelsOfRun(deps: Omit<Deps, 'socketFolder'>, runId: RunId): Promise<void> {
  const live = await listLiveKernels(deps.db, hostName())
  for (const row of live) if (row.runId === runId) await endOver(deps, row)
}

async function endOver(deps: Omit<Deps, 'socketFolder'>, row: KernelRow): Promise<void> {
  deps.log.warn({ kernelId: row.id, pid: row.pid, runId: row.runId }, 'ending the kernel of an attempt that is over')
  await endProcess(row, GRACE_MS)
  await endKernel(deps, row.id, 'stopped', null)
  removeConnection(row.connectionPath)
}

async function endUnknown(deps: Deps, identity: ProcessIdentity, path: string): Promise<void> {
  if (await isAlive(identity)) deps.log.warn({ pid: identity.pid }, 'ending a kernel that has no row')
  await endProcess(identity, GRACE_MS)
  removeConnection(path.replace(/\.pid$/, '.json'))
}

function processesIn({ socketFolder, now }: Deps): { identity: ProcessIdentity; path: string }[] {
  return readdirSync(socketFolder).filter((name) => name.endsWith('.pid')).flatMap((name) => {
    const path = join(socketFolder, name)
    try {
      if (now().getTime() - statSync(path).mtimeMs < ROW_WITHIN_MS) return []
      return [{ identity: JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity, path }]
    } catch {
      return []
    }
  })
}
