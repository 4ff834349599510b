/** Asks that a file which was sent become a table or a file of the workspace: a row and a job, at once. What can be refused before is. */
import { sql } from 'drizzle-orm'
import { fullName } from '#lib/domain/data.ts'
import { checkImport, type Import, type ImportTarget } from '#lib/domain/import.ts'
import { accept, refuse, type Outcome, type Refusal } from '#lib/domain/outcome.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { Actor } from '../auth/actor.ts'
import { holdPlace, isBinned } from '../data/binned.ts'
import type { Deps } from '../deps.ts'
import { imports } from '../store/schema/uploads.ts'
import { findUpload } from '../uploads/upload-rows.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { checkPlace, type PlaceRefusal } from './check-place.ts'
import { toImport } from './import-rows.ts'
import { isBeingRead } from './open-imports.ts'
import { targetPath } from './target-path.ts'

type RequestDeps = Pick<Deps, 'db' | 'objects'>
export type ImportRefusal = AuthorizeRefusal | PlaceRefusal | 'not-whole' | 'in-use' | 'path-invalid' | 'name-invalid' | 'columns-invalid'

export interface ImportRequest {
  workspaceId: string
  uploadId: string
  target: ImportTarget
  requestId: string | null
}

export async function requestImport(deps: RequestDeps, actor: Actor | null, { workspaceId: workspace, uploadId, target, requestId }: ImportRequest): Promise<Outcome<Import, ImportRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:edit')
  if (!allowed.ok) return allowed
  const upload = await findUpload(deps, actor, uploadId)
  if (!upload.ok) return upload
  const { workspaceId } = allowed.value
  if (upload.value.workspaceId !== workspaceId) return refuse('not-found', 'There is no such upload any more. Choose the file again.')
  if (upload.value.state !== 'whole') return refuse('not-whole', 'This file is not wholly here yet.')
  const checked = checkImport(target)
  if (!checked.ok) return checked
  const path = targetPath(workspaceId, target)
  if (await isBinned(deps.db, workspaceId, path)) return onItsWay()
  const place = await checkPlace(deps, workspaceId, target)
  if (!place.ok) return place
  return deps.db.transaction(async (tx): Promise<Outcome<Import, ImportRefusal>> => {
    // Two presses at once wait for each other here; the second finds the first’s.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`upload:${uploadId}`}))`)
    if (await isBeingRead(tx, uploadId)) return refuse('in-use', 'This file is being brought in already.')
    await holdPlace(tx, path)
    if (await isBinned(tx, workspaceId, path)) return onItsWay()
    const [row] = await tx.insert(imports).values({ workspaceId, uploadId, target, requestedBy: actor?.kind === 'member' ? actor.userId : null }).returning()
    await tx.execute(sql`select from graphile_worker.add_job('bring-in', payload => ${JSON.stringify({ importId: row!.id })}::json, queue_name => ${queueOf(workspaceId, target)}, max_attempts => 5, job_key => ${`bring-in:${row!.id}`}, flags => array[${`workspace:${workspaceId}`}]::text[])`)
    await recordAudit(tx, { workspaceId, actor: actor!, action: `${target.kind}.import`, subject: row!.id, detail: { name: target.kind === 'file' ? target.path : fullName(target) }, requestId })
    return accept(toImport(row!))
  })
}

const onItsWay = (): Refusal<'in-use'> => refuse('in-use', 'What was there is on its way to the bin or back. Try again in a moment.')

/** One writer at a time for each table or file, in the order in which they were asked. */
const queueOf = (workspaceId: WorkspaceId, target: ImportTarget): string => `bring-in:${workspaceId}:${target.kind === 'file' ? target.path.slice(0, 80) : fullName(target).slice(0, 80)}`
