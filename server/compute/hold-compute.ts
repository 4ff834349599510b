/**
 * Who starts or ends the Spark of a compute holds it meanwhile: one at a time, whichever worker of whichever machine.
 * The row itself stays free, so that a person's press never waits for a Spark that takes its time to end.
 */
import { sql } from 'drizzle-orm'
import type { ComputeId } from '#lib/domain/ids.ts'
import type { Database, Transaction } from '../store/client.ts'
import type { ComputeRow } from './authorize-compute.ts'

/** First key of the advisory lock; the second is a hash of the compute's id. */
const COMPUTE_LOCK = 7_240_311

export const holdCompute = <T>(db: Database, id: ComputeId, act: (tx: Transaction) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${COMPUTE_LOCK}, hashtext(${id}))`)
    return act(tx)
  })

/**
 * Its process is to end: somebody pressed Stop or Restart, or it was idle. Whoever comes first ends it, also a start that
 * came after, and who comes later finds another process or none.
 */
export const isCondemned = (row: ComputeRow): boolean => row.state === 'stopping' || (row.pid !== null && row.startedAt === null)

/** It is to be up, and nothing of what is there will be: the one who ended it leaves that to a start. */
export const isAwaitingStart = (row: ComputeRow): boolean => row.state === 'starting' && (row.pid === null || row.startedAt === null)
