/**
 * Makes a compute: owners only, since one takes the machine's memory or has this server speak to an address. A remote
 * one is made only when Spark answers there.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { ComputeKind } from '#lib/domain/compute.ts'
import type { ComputeId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { computes } from '../store/schema/compute.ts'
import { authorizeWorkspace } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { summarizeCompute, type ComputeSummary } from './list-computes.ts'
import { nameTaken, readFields, type ComputeFields, type WriteDeps, type WriteRefusal } from './read-compute-fields.ts'

const COMPUTES_MAX = 20

export async function createCompute(deps: WriteDeps, actor: Actor | null, input: ComputeFields & { workspaceId: string; name: string; kind: ComputeKind; requestId: string | null }): Promise<Outcome<ComputeSummary, WriteRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'compute:configure')
  if (!allowed.ok) return allowed
  const { workspaceId } = allowed.value
  if (input.kind === 'remote' && input.url === undefined) return refuse('url-needed', 'Write the address of the Spark, as sc://host:port.')
  const id = randomUUID() as ComputeId
  const fields = await readFields(deps, { id, kind: input.kind }, input)
  if (!fields.ok) return fields
  if ((await deps.db.$count(computes, eq(computes.workspaceId, workspaceId))) >= COMPUTES_MAX) return refuse('too-many-computes', `A workspace has at most ${COMPUTES_MAX} computes. Delete one first.`)
  return deps.db.transaction(async (tx) => {
    const [row] = await tx.insert(computes).values({ id, workspaceId, kind: input.kind, state: input.kind === 'remote' ? 'running' : 'stopped', ...fields.value, name: fields.value.name! })
      .onConflictDoNothing({ target: [computes.workspaceId, computes.name] }).returning()
    if (row === undefined) return nameTaken(fields.value.name!)
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'compute.create', subject: id, detail: { kind: row.kind, url: row.url }, requestId: input.requestId })
    return accept(summarizeCompute(row))
  })
}
