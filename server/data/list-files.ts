/** One folder of a workspace's files: folders and files with size and date, as they lie in the object store. */
import { checkDataPath, isPlainPart, type FolderContent } from '#lib/domain/data.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { pathsOnTheWay } from './binned.ts'
import { prefixOf } from './data-place.ts'
import { orAway } from './or-away.ts'

const LISTED_MAX = 1000

export async function listFiles(deps: Pick<Deps, 'db' | 'objects'>, actor: Actor | null, request: { workspaceId: string; folder: string }): Promise<Outcome<FolderContent, AuthorizeRefusal | 'path-invalid' | 'storage-unavailable'>> {
  const allowed = await authorizeWorkspace(deps, actor, request.workspaceId, 'data:read')
  if (!allowed.ok) return allowed
  const { folder } = request
  const checked = folder === '' ? accept('') : checkDataPath(folder)
  if (!checked.ok) return checked
  const { workspaceId } = allowed.value
  const prefix = `${prefixOf(workspaceId, 'files')}${folder === '' ? '' : `${folder}/`}`
  const hidden = await pathsOnTheWay(deps.db, workspaceId)
  const level = await orAway(() => deps.objects.level(prefix, LISTED_MAX))
  if (!level.ok) return level
  const files = level.value.files.filter(({ name }) => isPlainPart(name))
  const folders = level.value.folders.filter(isPlainPart)
  return accept({
    folder, folders, isCut: level.value.isCut,
    files: files.filter(({ name }) => !hidden.has(prefix + name)).map(({ name, bytes, modifiedAt }) => ({ name, bytes, modifiedAt: modifiedAt.toISOString() })),
    oddNames: level.value.files.length + level.value.folders.length - files.length - folders.length,
  })
}
