/**
 * Changes a compute or makes it the workspace's default. Memory and cores reach Spark when it starts next; a living
 * kernel keeps the compute that it has.
 */
import { and, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { computes } from '../store/schema/compute.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeCompute } from './authorize-compute.ts'
import { summarizeCompute, type ComputeSummary } from './list-computes.ts'
import { nameTaken, readFields, type ComputeFields, type WriteDeps, type WriteRefusal } from './read-compute-fields.ts'

export async function editCompute(deps: WriteDeps, actor: Actor | null, input: ComputeFields & { computeId: string; isDefault?: true | undefined; requestId: string | null }): Promise<Outcome<ComputeSummary, WriteRefusal>> {
  const allowed = await authorizeCompute(deps, actor, input.computeId, 'compute:configure')
  if (!allowed.ok) return allowed
  const before = allowed.value
  const { id, workspaceId } = before
  if (before.isGiven && input.url !== undefined) return refuse('url-not-its', 'This compute follows the installation’s SPARK_REMOTE. Make another compute for another address.')
  const fields = await readFields(deps, before, input)
  if (!fields.ok) return fields
  return deps.db.transaction(async (tx) => {
    const { name } = fields.value
    const taken = name === undefined ? [] : await tx.select({ id: computes.id }).from(computes).where(and(eq(computes.workspaceId, workspaceId), eq(computes.name, name)))
    if (taken.some((one) => one.id !== id)) return nameTaken(name!)
    if (input.isDefault === true) await tx.update(computes).set({ isDefault: false }).where(and(eq(computes.workspaceId, workspaceId), eq(computes.isDefault, true)))
    const [row] = await tx.update(computes).set({ ...fields.value, ...(input.isDefault === true ? { isDefault: true } : {}), id }).where(eq(computes.id, id)).returning()
    if (row === undefined) return refuse('not-found', 'This compute was deleted meanwhile.')
    await recordAudit(tx, { workspaceId, actor: actor!, action: input.isDefault === true ? 'compute.make-default' : 'compute.edit', subject: id, detail: { fields: Object.keys(fields.value) }, requestId: input.requestId })
    return accept(summarizeCompute(row))
  })
}
