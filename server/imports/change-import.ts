/** The states of an import, as its worker writes them. An end state is written once and stays. */
import { and, eq, lt, notExists, sql } from 'drizzle-orm'
import type { BadColumn, ImportState } from '#lib/domain/import.ts'
import type { CoreDeps } from '../deps.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { imports, uploads } from '../store/schema/uploads.ts'
import type { UploadRow } from '../uploads/upload-rows.ts'
import type { ImportRow } from './import-rows.ts'
import { IS_OPEN } from './open-imports.ts'

export interface ClaimedImport {
  row: ImportRow
  /** Null when the file is gone. */
  upload: UploadRow | null
  /** Who asked for it. */
  userName: string
  /** A worker had it before, and did not come to its end. */
  isAgain: boolean
}

/** To be asked before it is claimed: a claim may be made twice, when its answer was not heard. */
export async function wasBegun(db: Executor, id: string): Promise<boolean> {
  const [row] = await db.select({ state: imports.state }).from(imports).where(eq(imports.id, id))
  return row?.state === 'running'
}

/** Null when it is over. */
export async function claimImport(db: Executor, id: string, isAgain: boolean): Promise<ClaimedImport | null> {
  const [row] = await db.update(imports).set({ state: 'running' }).where(and(eq(imports.id, id), IS_OPEN)).returning()
  if (row === undefined) return null
  const [upload] = await db.select().from(uploads).where(eq(uploads.id, row.uploadId))
  const [by] = row.requestedBy === null ? [] : await db.select({ name: user.name }).from(user).where(eq(user.id, row.requestedBy))
  return { row, upload: upload ?? null, userName: by?.name ?? 'Somebody', isAgain }
}

/** Says whether somebody wants it to stop. */
export async function tellProgress(db: Executor, id: string, { rows, fraction }: { rows: number; fraction: number | null }): Promise<boolean> {
  const [row] = await db.update(imports).set({ rows, fraction }).where(and(eq(imports.id, id), IS_OPEN)).returning({ cancelAskedAt: imports.cancelAskedAt })
  return row === undefined || row.cancelAskedAt !== null
}

export interface ImportEnd {
  state: Extract<ImportState, 'done' | 'failed' | 'cancelled'>
  rows?: number
  message?: string
  badColumns?: BadColumn[]
}

export async function endImport(db: Executor, id: string, { state, ...rest }: ImportEnd): Promise<void> {
  await db.update(imports).set({ state, ...rest, ...(state === 'done' ? { fraction: 1 } : {}), finishedAt: sql`now()` }).where(and(eq(imports.id, id), IS_OPEN))
}

const NOBODYS_FOR_MS = 60_000
const GIVEN_UP = 'This was begun several times and did not come to its end. Try again; if it stays, tell the operator.'

/** Those whose job is gone or spent: no import is left without an end. Says how many. */
export async function endForsakenImports({ db, now }: Pick<CoreDeps, 'db' | 'now'>): Promise<number> {
  const rows = await db.update(imports).set({ state: 'failed', message: GIVEN_UP, finishedAt: sql`now()` })
    .where(and(IS_OPEN, lt(imports.createdAt, new Date(now().getTime() - NOBODYS_FOR_MS)),
      notExists(sql`(select from graphile_worker.jobs j where j.key = 'bring-in:' || ${imports.id} and (j.attempts < j.max_attempts or j.locked_at is not null))`))).returning({ id: imports.id })
  return rows.length
}
