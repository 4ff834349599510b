/**
 * Brings back a version, or one cell of it, as a new edit in the notebook's room, and puts the state before into the
 * timeline. The edit is made on exactly that state and merged into the live document, as if somebody away had made it:
 * what others type from that moment on is beside it and kept, so every word is in the notebook or in the version before.
 * One that is larger than a change may be goes in parts; if it breaks off, the version before is there, and restoring
 * again does the rest.
 */
import * as Y from 'yjs'
import { can } from '#lib/domain/access.ts'
import type { CellId, NotebookId, UserId, VersionId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { UPDATE_MAX_BYTES } from '#lib/domain/room.ts'
import { restoreCellText, restoreText } from '#lib/document/restore-text.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { cutBySize } from '../notebooks/cut-by-size.ts'
import { memberIdOf } from '../notebooks/list-notebooks.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeVersion } from './authorize-version.ts'
import { readVersionText } from './read-version.ts'
import { takeVersion } from './take-version.ts'

/** Of an edit that is too large for one: stored in good time each, and little beside what may wait for a slow reader. */
const PART_BYTES = 1024 * 1024

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
    await join(deps.rooms, notebook.id, userId, then)
  })
  if (before === null) throw new Error('The notebook vanished.')
  await recordAudit(deps.db, { workspaceId: notebook.workspaceId, actor: actor!, action: 'version.restore', subject: id, detail: { notebookId: notebook.id, ...(cell === undefined ? {} : { cellId: cell.id }) }, requestId: input.requestId })
  return accept({ before, left })
}

/** Each part is stored before the next is made: one of many megabytes takes longer than a commit may, is written again for that, and never done. */
async function join(rooms: Rooms, notebookId: NotebookId, userId: UserId, then: Y.Doc): Promise<void> {
  const parts: Uint8Array[] = []
  const joinNext = (live: Y.Doc): void => {
    const part = parts.shift()
    if (part !== undefined) Y.applyUpdate(live, part)
  }
  await rooms.edit(notebookId, userId, (live) => {
    const edit = Y.encodeStateAsUpdate(then, Y.encodeStateVector(live))
    parts.push(...(edit.byteLength <= UPDATE_MAX_BYTES ? [edit] : cutBySize(edit, PART_BYTES)))
    joinNext(live)
  })
  while (parts.length > 0) await rooms.edit(notebookId, userId, joinNext)
}

const nameOf = (actor: Actor | null): string => (actor?.kind === 'member' ? actor.name : '')
