/** What came of the sheets of a workbook. No workbook is "being read" without somebody who reads it. */
import { and, eq, ilike, isNull, lt, notExists, sql } from 'drizzle-orm'
import type { CoreDeps } from '../deps.ts'
import type { Executor } from '../store/client.ts'
import { uploads, type Sheet } from '../store/schema/uploads.ts'

/** Says whether the workbook is still there. */
export async function keepSheets(db: Executor, uploadId: string, found: { sheets: Sheet[] } | { problem: string }): Promise<boolean> {
  const rows = await db.update(uploads).set(found).where(eq(uploads.id, uploadId)).returning({ id: uploads.id })
  return rows.length > 0
}

const NOBODYS_FOR_MS = 60_000
const GIVEN_UP = 'The sheets of this workbook could not be taken out just now. Discard it and choose the file again.'

/** Those whose job is gone or spent: the store gave no keys, or a worker died over it each time. Says how many. */
export async function endForsakenWorkbooks({ db, now }: Pick<CoreDeps, 'db' | 'now'>): Promise<number> {
  const rows = await db.update(uploads).set({ problem: GIVEN_UP })
    .where(and(eq(uploads.state, 'whole'), ilike(uploads.name, '%.xlsx'), isNull(uploads.sheets), isNull(uploads.problem), lt(uploads.touchedAt, new Date(now().getTime() - NOBODYS_FOR_MS)),
      notExists(sql`(select from graphile_worker.jobs j where j.key = 'open-workbook:' || ${uploads.id} and (j.attempts < j.max_attempts or j.locked_at is not null))`))).returning({ id: uploads.id })
  return rows.length
}
