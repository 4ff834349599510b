/**
 * Sparks of this machine that no row knows: their worker was killed between starting one and writing it down. They are
 * found by the files that were written at their start, and ended.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComputeId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { endProcess } from '../processes/end-process.ts'
import { isAlive, type ProcessIdentity } from '../processes/identity.ts'
import { computeRunFolder } from './spark-address.ts'

const GRACE_MS = 10_000
const ENDING = '.pid'

export const pidPathOf = (dataDir: string, id: ComputeId): string => join(computeRunFolder(dataDir), `${id}${ENDING}`)

/** The computes of which this machine once started a Spark. */
export function computesStartedHere(dataDir: string): ComputeId[] {
  try {
    return readdirSync(computeRunFolder(dataDir)).filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length) as ComputeId)
  } catch {
    return []
  }
}

/** Ends the process that was started for it, unless it is the row's. The compute must be held (hold-compute.ts). */
export async function endUnknown(dataDir: string, id: ComputeId, row: ComputeRow | null): Promise<ProcessIdentity | null> {
  const started = read(pidPathOf(dataDir, id))
  if (started === null || (row?.pid === started.pid && row.pidStarted === started.pidStarted) || !(await isAlive(started))) return null
  await endProcess(started, GRACE_MS)
  return started
}

function read(path: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity
  } catch {
    return null
  }
}
