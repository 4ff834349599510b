/** Brings a table or a file back from the bin to where it lay. What has come to lie there since is not written over. */
import { and, eq } from 'drizzle-orm'
import type { BinnedData } from '#lib/domain/data.ts'
import { isUuid } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { isBroughtTo } from '../imports/open-imports.ts'
import { binnedData } from '../store/schema/data.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { askToMove } from './bin-data.ts'
import { holdPlace, onTheWayTo } from './binned.ts'
import { toBinnedData } from './list-bin.ts'
import { orAway } from './or-away.ts'

export type RestoreRefusal = AuthorizeRefusal | 'storage-unavailable' | 'in-use' | 'place-taken' | 'not-in-bin'

export async function restoreData(deps: Pick<Deps, 'db' | 'objects'>, actor: Actor | null, input: { workspaceId: string; id: string; requestId: string | null }): Promise<Outcome<BinnedData, RestoreRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'data:edit')
  if (!allowed.ok) return allowed
  const missing = refuse('not-found', 'This is not in the bin any more.')
  if (!isUuid(input.id)) return missing
  const { workspaceId } = allowed.value
  const [row] = await deps.db.select().from(binnedData).where(and(eq(binnedData.id, input.id), eq(binnedData.workspaceId, workspaceId)))
  if (row === undefined || row.state === 'removing') return missing
  if (row.state === 'moving') return refuse('not-in-bin', `“${row.name}” is still on its way to the bin. Try again in a moment.`)
  return deps.db.transaction(async (tx): Promise<Outcome<BinnedData, RestoreRefusal>> => {
    await holdPlace(tx, row.path)
    if (await isBroughtTo(tx, workspaceId, row.path)) return refuse('in-use', `A file is being brought in as “${row.name}”. Wait for its end or cancel it, then restore.`)
    // Looked at while the place is held: an import that came to its end just before has been here.
    const isTaken = await orAway(async () => (row.kind === 'file' ? (await deps.objects.stat(row.path)) !== null : isAnything(await deps.objects.level(`${row.path}/`, 1))))
    if (!isTaken.ok) return isTaken
    // Another of the same name may be on its way there, and has not arrived.
    const isAwaited = (await onTheWayTo(tx, workspaceId, row.path)).some((id) => id !== row.id)
    if (row.state === 'kept' && (isTaken.value || isAwaited)) return refuse('place-taken', `There is another “${row.name}” now. Delete or rename that one first.`)
    const [changed] = await tx.update(binnedData).set({ state: 'restoring' }).where(and(eq(binnedData.id, row.id), eq(binnedData.state, 'kept'))).returning()
    if (changed === undefined) return accept(toBinnedData(row, null))
    await askToMove(tx, row.id)
    await recordAudit(tx, { workspaceId, actor: actor!, action: `${row.kind}.restore`, subject: row.id, detail: { name: row.name }, requestId: input.requestId })
    return accept(toBinnedData(changed, null))
  })
}

const isAnything = ({ files, folders }: { files: unknown[]; folders: unknown[] }): boolean => files.length + folders.length > 0
