/** Where an import goes: the key of its file, or of its table's folder without a slash at the end. */
import type { ImportTarget } from '#lib/domain/import.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { prefixOf, tablePath } from '../data/data-place.ts'

export const targetPath = (workspaceId: WorkspaceId, target: ImportTarget): string =>
  target.kind === 'file' ? `${prefixOf(workspaceId, 'files')}${target.path}` : tablePath(workspaceId, target, false)
