/**
 * Brings back a version, or one cell of it, as a new edit in the notebook's room, and puts the state before into the
 * timeline. The edit is made on exactly that state and merged into the live document, as if somebody away had made it:
 * what others type from that moment on is beside it and kept, so every word is in the notebook or in the version before.
 */
import * as Y from 'yjs'
import { can } from '#lib/domain/access.ts'
import type { CellId, VersionId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { restoreCellText, restoreText } from '#lib/document/restore-text.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { memberIdOf } from '../notebooks/list-notebooks.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeVersion } from './authorize-version.ts'
import { readVersionText } from './read-version.ts'
import { takeVersion } from './take-version.ts'

export interface Restored {
  /** The version that holds what was there before. */
  before: VersionId
  /** Cells that are locked and were left as they are. */
  left: CellId[]
}

export async function restoreVersion(
  deps: Pick<Deps, 'db' | 'sql' | 'rooms' | 'now'>,
  actor: Actor | null,
  input: { versionId: string; cellId?: string; requestId: string | null },
): Promise<Outcome<Restored, AuthorizeRefusal | 'cell-missing'>> {
  const allowed = await authorizeVersion(deps, actor, input.versionId, 'notebook:edit')
  if (!allowed.ok) return allowed
  const { id, notebook } = allowed.value
  const { text } = await readVersionText(deps.db, id)
  const cell = input.cellId === undefined ? undefined : text.cells.find((one) => one.id === input.cellId)
  if (input.cellId !== undefined && cell === undefined) return refuse('cell-missing', 'That version does not have this cell. Pick a version from when it was there.')
  await deps.rooms.read(notebook.id)
  const userId = memberIdOf(actor)
  const rights = { mark: { by: nameOf(actor), at: deps.now().getTime() }, mayChangeLocked: can(notebook.role, 'notebook:lock') }
  let left: CellId[] = []
  const before = await takeVersion(deps, notebook.id, { cause: 'restore', userId }, async (then) => {
    left = cell === undefined ? restoreText(then, text, rights) : restoreCellText(then, text, cell.id, rights)
    await deps.rooms.edit(notebook.id, userId, (live) => Y.applyUpdate(live, Y.encodeStateAsUpdate(then, Y.encodeStateVector(live))))
  })
  if (before === null) throw new Error('The notebook vanished.')
  await recordAudit(deps.db, { workspaceId: notebook.workspaceId, actor: actor!, action: 'version.restore', subject: id, detail: { notebookId: notebook.id, ...(cell === undefined ? {} : { cellId: cell.id }) }, requestId: input.requestId })
  return accept({ before, left })
}

const nameOf = (actor: Actor | null): string => (actor?.kind === 'member' ? actor.name : '')
