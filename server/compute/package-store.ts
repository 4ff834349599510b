/** The packages that notebooks installed, as rows: what a fresh kernel finds again. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import { appendToFeed } from '../feed/append.ts'
import { readKernelState } from '../runs/read-outputs.ts'
import { holdAttempt } from '../runs/change-cell.ts'
import type { Database, Executor, Transaction } from '../store/client.ts'
import { notebookPackages } from '../store/schema/compute.ts'

export type PackageRow = typeof notebookPackages.$inferSelect

/** PyPI's normal form; nothing that pip could take for an option. */
export const PACKAGE_NAME = /^[a-z0-9][a-z0-9-]{0,99}$/

const changeSchema = z.object({
  installed: z.array(z.object({
    name: z.string().regex(PACKAGE_NAME), version: z.string().regex(/^[\w.!+-]{1,60}$/),
    requirement: z.string().max(500).regex(/^[A-Za-z0-9][^\s]*( @ [^\s]+)?$/),
  })).max(500),
  removed: z.array(z.string().regex(PACKAGE_NAME)).max(500),
})

export async function listPackages(db: Executor, notebookId: NotebookId): Promise<PackageRow[]> {
  return db.select().from(notebookPackages).where(eq(notebookPackages.notebookId, notebookId)).orderBy(asc(notebookPackages.name))
}

/** A copy of a notebook imports what the first does; its first kernel installs them. */
export async function copyPackages(tx: Transaction, from: NotebookId, to: NotebookId): Promise<void> {
  const rows = await listPackages(tx, from)
  if (rows.length > 0) await tx.insert(notebookPackages).values(rows.map(({ name, requirement, version, addedBy }) => ({ notebookId: to, name, requirement, version, addedBy })))
}

/** What a cell changed, as its kernel tells it. False when the attempt is over. A tale that does not fit is passed over. */
export async function recordPackages(deps: { db: Database }, { runId, token, change }: { runId: RunId; token: string; change: unknown }): Promise<boolean> {
  const { data } = changeSchema.safeParse(change)
  if (data === undefined) return true
  return deps.db.transaction(async (tx) => {
    const run = await holdAttempt(tx, runId, token)
    if (run === null) return false
    const { notebookId } = run
    if (data.removed.length > 0) await tx.delete(notebookPackages).where(and(eq(notebookPackages.notebookId, notebookId), inArray(notebookPackages.name, data.removed)))
    if (data.installed.length > 0) {
      await tx.insert(notebookPackages).values(data.installed.map((one) => ({ notebookId, ...one, addedBy: run.requestedBy })))
        .onConflictDoUpdate({ target: [notebookPackages.notebookId, notebookPackages.name], set: { requirement: sql`excluded.requirement`, version: sql`excluded.version` } })
    }
    return true
  })
}

/** Everybody with the notebook open looks again. */
export async function tellPackages(tx: Transaction, notebookId: NotebookId, now: Date): Promise<void> {
  const { state, reason } = await readKernelState(tx, notebookId)
  await appendToFeed(tx, notebookId, [{ kind: 'kernel.changed', state, reason, at: now.toISOString() }])
}
