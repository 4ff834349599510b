/** The packages of a notebook, for who reads it; and the removal of one, by who may run: a cell could do the same. */
import { and, eq, sql } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { notebookPackages } from '../store/schema/compute.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { listPackages, PACKAGE_NAME, tellPackages } from './package-store.ts'
import { taskAtKernel } from './task-at-kernel.ts'

export interface PackageSummary { name: string; version: string | null; requirement: string; installedAt: string }

export async function readPackages(deps: { db: Database }, actor: Actor | null, { notebookId }: { notebookId: string }): Promise<Outcome<PackageSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const rows = await listPackages(deps.db, allowed.value.id)
  return accept(rows.map(({ name, version, requirement, createdAt }) => ({ name, version, requirement, installedAt: createdAt.toISOString() })))
}

type Removal = { notebookId: string; name: string; requestId: string | null }

/** A job in the notebook's own queue takes it out of the folder, so that no cell runs meanwhile. */
export async function removePackage(deps: { db: Database; now: () => Date }, actor: Actor | null, { notebookId, name, requestId }: Removal): Promise<Outcome<null, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'run:request')
  if (!allowed.ok) return allowed
  const { id, workspaceId } = allowed.value
  const missing = refuse('not-found', 'This notebook has no such package.')
  if (!PACKAGE_NAME.test(name)) return missing
  return deps.db.transaction(async (tx) => {
    const gone = await tx.delete(notebookPackages).where(and(eq(notebookPackages.notebookId, id), eq(notebookPackages.name, name))).returning({ name: notebookPackages.name })
    if (gone.length === 0) return missing
    await tx.execute(sql`select from graphile_worker.add_job(${taskAtKernel('remove-package', id)}, payload => ${JSON.stringify({ notebookId: id, name })}::json,
      queue_name => ${`notebook:${id}`}, max_attempts => 3)`)
    await tellPackages(tx, id, deps.now())
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'package.remove', subject: id, requestId })
    return accept(null)
  })
}
