/** The place where an import goes: what lies there is neither written over nor mixed with, unless that was chosen. */
import { fullName } from '#lib/domain/data.ts'
import type { ImportTarget } from '#lib/domain/import.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { orAway } from '../data/or-away.ts'
import type { Objects } from '../objects/objects.ts'
import type { Executor } from '../store/client.ts'
import { isLeftOnly } from './leftovers.ts'
import { targetPath } from './target-path.ts'

type Target<K extends ImportTarget['kind']> = Extract<ImportTarget, { kind: K }>
export type PlaceRefusal = 'place-taken' | 'table-exists' | 'storage-unavailable'

interface PlaceDeps {
  db: Executor
  objects: Objects
}

export const checkPlace = (deps: PlaceDeps, workspaceId: WorkspaceId, target: ImportTarget): Promise<Outcome<null, PlaceRefusal>> =>
  target.kind === 'file' ? checkFile(deps, workspaceId, target) : checkTable(deps, workspaceId, target)

async function checkFile({ objects }: PlaceDeps, workspaceId: WorkspaceId, target: Target<'file'>): Promise<Outcome<null, PlaceRefusal>> {
  const there = await orAway(() => objects.stat(targetPath(workspaceId, target)))
  if (!there.ok) return there
  return there.value === null ? accept(null) : refuse('place-taken', `There is a file “${target.path}” already. Choose another name.`)
}

async function checkTable(deps: PlaceDeps, workspaceId: WorkspaceId, target: Target<'table'>): Promise<Outcome<null, PlaceRefusal>> {
  const there = await orAway(() => lookFor(deps, workspaceId, targetPath(workspaceId, target)))
  if (!there.ok) return there
  if (there.value === 'others') return refuse('place-taken', `Where the table “${fullName(target)}” would lie are files that are no Delta table. Choose another name, or drop in a cell what they belong to.`)
  return there.value === 'table' && target.ifExists === 'refuse' ? refuse('table-exists', `There is a table “${fullName(target)}” already. Choose another name, or to replace it or add to it.`) : accept(null)
}

async function lookFor(deps: PlaceDeps, workspaceId: WorkspaceId, path: string): Promise<'table' | 'others' | null> {
  if (await hasLog(deps.objects, path)) return 'table'
  // Some programs mark a folder by an empty object of its name; that is nobody's data.
  for await (const { key } of deps.objects.list(`${path}/`)) {
    if (!key.endsWith('/')) return (await isLeftOnly(deps, workspaceId, path)) ? null : 'others'
  }
  return null
}

export const hasLog = async (objects: Objects, path: string): Promise<boolean> => (await objects.level(`${path}/_delta_log/`, 1)).files.length > 0
