/**
 * Puts a table or a file of the workspace into its bin: it is hidden at once, and a worker moves it there. What a running
 * run names, or an import writes, is not taken away under it. The samples are nobody's to delete.
 */
import { sql } from 'drizzle-orm'
import { fullName, type BinnedData } from '#lib/domain/data.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { namesTable } from '#lib/domain/table-code.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { isBroughtTo } from '../imports/open-imports.ts'
import type { Transaction } from '../store/client.ts'
import { binnedData } from '../store/schema/data.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { holdPlace, isBinned } from './binned.ts'
import { noSuchFile, noSuchTable } from './data-place.ts'
import { findTable, type TableRequest } from './find-table.ts'
import { toBinnedData } from './list-bin.ts'
import { runningWith } from './list-uses.ts'
import { findFile, type FileRequest } from './read-file.ts'

type BinDeps = Pick<Deps, 'db' | 'objects'>
export type BinRefusal = AuthorizeRefusal | 'storage-unavailable' | 'path-invalid' | 'table-shared' | 'in-use'

export async function binTable(deps: BinDeps, actor: Actor | null, { requestId, ...request }: TableRequest & { requestId: string | null }): Promise<Outcome<BinnedData, BinRefusal>> {
  const found = await findTable(deps, actor, request, 'data:edit')
  if (!found.ok) return found
  const { workspace: { workspaceId }, path, isShared } = found.value
  if (isShared) return refuse('table-shared', 'The samples belong to everybody and stay. Copy the table to change it.')
  return bin(deps, actor, { workspaceId, kind: 'table', name: fullName(request), path, bytes: null, requestId }, (source) => namesTable(source, request))
}

export async function binFile(deps: BinDeps, actor: Actor | null, { requestId, ...request }: FileRequest & { requestId: string | null }): Promise<Outcome<BinnedData, BinRefusal>> {
  const found = await findFile(deps, actor, request, 'data:edit')
  if (!found.ok) return found
  const { workspaceId, path, key, bytes } = found.value
  return bin(deps, actor, { workspaceId, kind: 'file', name: path, path: key, bytes, requestId }, (source) => source.includes(`files/${path}`))
}

interface Wanted {
  workspaceId: WorkspaceId
  kind: 'table' | 'file'
  name: string
  path: string
  bytes: number | null
  requestId: string | null
}

async function bin(deps: BinDeps, actor: Actor | null, { requestId, ...wanted }: Wanted, names: (source: string) => boolean): Promise<Outcome<BinnedData, BinRefusal>> {
  const { workspaceId, kind, name, path } = wanted
  return deps.db.transaction(async (tx): Promise<Outcome<BinnedData, BinRefusal>> => {
    // Two people who delete it at once wait for each other here; the second finds nothing.
    await holdPlace(tx, path)
    if (await isBinned(tx, workspaceId, path)) return kind === 'table' ? noSuchTable() : noSuchFile()
    const [running] = await runningWith({ db: tx }, workspaceId, names)
    if (running !== undefined) return refuse('in-use', `“${running}” is running and uses ${name}. Wait for its end or stop it, then delete.`)
    if (await isBroughtTo(tx, workspaceId, path)) return refuse('in-use', `A file is being brought in as ${name}. Wait for its end or cancel it, then delete.`)
    const [row] = await tx.insert(binnedData).values({ ...wanted, deletedBy: actor?.kind === 'member' ? actor.userId : null }).returning()
    await askToMove(tx, row!.id)
    await recordAudit(tx, { workspaceId, actor: actor!, action: `${kind}.bin`, subject: row!.id, detail: { name }, requestId })
    return accept(toBinnedData(row!, actor?.kind === 'member' ? actor.name : null))
  })
}

export async function askToMove(tx: Transaction, id: string): Promise<void> {
  await tx.execute(sql`select from graphile_worker.add_job('move-data', payload => ${JSON.stringify({ id })}::json, queue_name => ${`data:${id}`}, max_attempts => 12, job_key => ${`move-data:${id}`}, priority => -1)`)
}
