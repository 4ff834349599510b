/**
 * Commands: everything a person can do in a notebook, once: its words, its keys and what it needs. The keyboard, the
 * palette and the help page read this table. Keys are Jupyter's. `keys` work in command mode; those of `anywhere`
 * work while a cell is edited too (there by editor-keys.ts where Monaco would take them).
 */
import { isRunnable } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import { tableOf, type TableActions } from '#lib/ui/result/table-actions.ts'
import { TEXT_FORMATS, TEXT_NAMES } from '#lib/ui/result/table-text.ts'
import type { CellModel } from './cell-model.svelte.ts'
import type { CellEdits } from './edit-cells.ts'
import { makeHeading } from './make-heading.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'
import { unsavedSentence } from './unsaved-words.ts'

export interface CommandContext {
  session: NotebookSession
  edits: CellEdits
  /** Things of the page that are not of the notebook. */
  page: { openPalette(): void; openHelp(): void; openBin(): void; toggleOutline(): void; comment(): void; toggleComments(): void; openHistory(): void; openPast(): void; nameVersion(): void; openDownload(): void; openCompute(): void; toggleQueue(): void; toggleVariables(): void; toggleData(): void }
}

/** `edit`, `run`, `lock` and `comment` are rights, `member` is no guest of a link; `cell` wants an active cell, `table` one that shows a table. */
type Need = 'edit' | 'run' | 'lock' | 'comment' | 'member' | 'cell' | 'table'

const IS_MET: Record<Need, (session: NotebookSession) => boolean> = {
  edit: (session) => session.canEdit,
  run: (session) => session.canRun,
  lock: (session) => session.canLock,
  comment: (session) => session.canComment,
  member: (session) => !session.page.me.isGuest,
  cell: (session) => session.active !== null,
  table: (session) => session.active !== null && tableOf(session.active.id) !== null,
}

export interface Command {
  id: string
  title: string
  group: 'Run' | 'Cells' | 'Move about' | 'Page'
  keys: readonly string[]
  anywhere?: readonly string[]
  needs?: readonly Need[]
  /** Who finds it in the palette and the help, where its keys still answer everybody. */
  listedFor?: readonly Need[]
  run: (context: CommandContext) => unknown
}

/** A command on the active cell. */
type OnCell = (context: CommandContext, cell: CellModel) => unknown
const onCell = (act: OnCell) => (context: CommandContext) => {
  const { active } = context.session
  return active === null ? undefined : act(context, active)
}

/** A command on a table that the active cell shows. */
const onTable = (act: (table: TableActions) => void) => onCell((_context, cell) => {
  const table = tableOf(cell.id)
  return table === null ? undefined : act(table)
})

/** A command on the selected cells, or on the active one when none are. */
type OnCells = (context: CommandContext, ids: readonly CellId[]) => unknown
const onCells = (act: OnCells) => (context: CommandContext) => act(context, context.session.targets)

/** The cell so far away, or the one at the end. */
const at = ({ cells, activeIndex }: NotebookSession, by: number) => cells[Math.min(Math.max(activeIndex + by, 0), cells.length - 1)]

/** A plain move: what was selected is not any more, also at the end where there is nowhere to go. */
const step = (by: number) => ({ session }: CommandContext) => {
  session.selection.clear()
  return session.go(at(session, by)?.id)
}

/** The selection grows, or shrinks, to the cell that is so far away. */
const extend = (by: number) => ({ session }: CommandContext) => {
  const to = at(session, by)
  return to === undefined ? undefined : session.select('to', to.id)
}

const addBeside = (kind: 'python' | 'sql' | 'markdown' | 'input', side: 'before' | 'after') => ({ session, edits }: CommandContext) => {
  const { active } = session
  const id = edits.add(kind, active === null ? 'end' : side === 'before' ? { before: active.id } : { after: active.id })
  return session.go(id ?? undefined)
}

/** Runs the active or the selected cells and goes on; the last cell is followed by a new one, as in Jupyter. */
export async function runAndNext({ session, edits }: CommandContext): Promise<void> {
  const { active, cells, targets } = session
  if (active === null) return
  const running = session.runTargets()
  const next = cells[cells.findIndex((cell) => cell.id === targets.at(-1)) + 1]
  if (next !== undefined) await session.go(next.id)
  else if (session.canEdit) await edits.addAndGo(isRunnable(active.kind) ? active.kind : 'python', 'end')
  else await session.go(active.id)
  await running
}

export async function runAndInsert({ session, edits }: CommandContext): Promise<void> {
  const { active } = session
  if (active === null) return
  const running = session.runCell(active.id)
  await edits.addAndGo(isRunnable(active.kind) ? active.kind : 'python', { after: active.id })
  await running
}

const beside = (id: CellId | undefined, side: 'before' | 'after') => (id === undefined ? 'end' : side === 'before' ? { before: id } : { after: id })

export function toggleOutput(session: NotebookSession, id: CellId): void {
  if (!session.hiddenOutputs.delete(id)) session.hiddenOutputs.add(id)
}

/** Saving happens by itself; fingers that press Ctrl+S may give the moment a name, or hear that it is saved. */
function saveSentence({ room }: NotebookSession): string {
  if (room === null || room.status === 'connecting') return 'The notebook is still opening.'
  return unsavedSentence(room) ?? 'Everything is saved, as always: each change goes to the server as you type.'
}

export const COMMANDS: readonly Command[] = [
  { id: 'run-and-next', title: 'Run cell and go to the next', group: 'Run', keys: ['Shift+Enter'], needs: ['cell'], listedFor: ['run'], run: runAndNext },
  { id: 'run', title: 'Run cell', group: 'Run', keys: ['Mod+Enter'], needs: ['run', 'cell'], run: ({ session }) => session.runTargets() },
  { id: 'run-and-insert', title: 'Run cell and add one below', group: 'Run', keys: ['Alt+Enter'], needs: ['run', 'edit', 'cell'], run: runAndInsert },
  { id: 'run-all', title: 'Run all cells', group: 'Run', keys: [], needs: ['run'], run: ({ session }) => session.run({ kind: 'all' }) },
  { id: 'run-above', title: 'Run all above', group: 'Run', keys: [], needs: ['run', 'cell'], run: onCell(({ session }, cell) => session.run({ kind: 'above', cellId: cell.id })) },
  { id: 'run-below', title: 'Run this cell and all below', group: 'Run', keys: [], needs: ['run', 'cell'], run: onCell(({ session }, cell) => session.run({ kind: 'below', cellId: cell.id })) },
  { id: 'run-to', title: 'Run all down to here', group: 'Run', keys: [], needs: ['run', 'cell'], run: onCell(({ session }, cell) => session.run({ kind: 'to', cellId: cell.id })) },
  { id: 'run-stale', title: 'Run what is stale: changed since its last good run', group: 'Run', keys: [], anywhere: ['Mod+Shift+R'], needs: ['run'], run: ({ session }) => session.run({ kind: 'stale' }) },
  { id: 'queue', title: 'Hide or show the queue', group: 'Run', keys: [], run: ({ page }) => page.toggleQueue() },
  { id: 'interrupt', title: 'Interrupt', group: 'Run', keys: ['I I'], anywhere: ['Mod+I'], needs: ['run'], run: ({ session }) => session.interrupt() },
  { id: 'restart', title: 'Restart the kernel', group: 'Run', keys: ['0 0'], needs: ['run'], run: ({ session }) => session.restartKernel() },
  { id: 'compute', title: 'Choose the compute', group: 'Run', keys: [], needs: ['member'], run: ({ page }) => page.openCompute() },
  { id: 'restart-run-above', title: 'Restart the kernel and run all above', group: 'Run', keys: [], needs: ['run', 'cell'], run: onCell(({ session }, cell) => session.restartAndRun({ kind: 'above', cellId: cell.id })) },
  { id: 'restart-run-all', title: 'Restart the kernel and run all cells', group: 'Run', keys: [], needs: ['run'], run: ({ session }) => session.restartAndRun({ kind: 'all' }) },

  { id: 'edit', title: 'Edit the cell', group: 'Move about', keys: ['Enter'], needs: ['cell'], listedFor: ['edit'], run: onCell(({ session }, cell) => session.go(cell.id, 'edit')) },
  { id: 'next', title: 'Next cell', group: 'Move about', keys: ['J', 'ArrowDown'], needs: ['cell'], run: step(1) },
  { id: 'previous', title: 'Previous cell', group: 'Move about', keys: ['K', 'ArrowUp'], needs: ['cell'], run: step(-1) },
  { id: 'first', title: 'First cell', group: 'Move about', keys: ['Mod+ArrowUp'], run: step(-Infinity) },
  { id: 'last', title: 'Last cell', group: 'Move about', keys: ['Mod+ArrowDown'], run: step(Infinity) },

  { id: 'select-down', title: 'Select the next cell too', group: 'Move about', keys: ['Shift+J', 'Shift+ArrowDown'], needs: ['cell'], run: extend(1) },
  { id: 'select-up', title: 'Select the cell above too', group: 'Move about', keys: ['Shift+K', 'Shift+ArrowUp'], needs: ['cell'], run: extend(-1) },
  { id: 'select-to-first', title: 'Select all above', group: 'Move about', keys: ['Shift+Home'], needs: ['cell'], run: extend(-Infinity) },
  { id: 'select-to-last', title: 'Select all below', group: 'Move about', keys: ['Shift+End'], needs: ['cell'], run: extend(Infinity) },
  { id: 'select-all', title: 'Select all cells', group: 'Move about', keys: ['Mod+A'], needs: ['cell'], run: onCell(({ session }, cell) => session.select('all', cell.id)) },

  { id: 'add-above', title: 'Add a cell above', group: 'Cells', keys: ['A'], needs: ['edit'], run: addBeside('python', 'before') },
  { id: 'add-below', title: 'Add a cell below', group: 'Cells', keys: ['B'], needs: ['edit'], run: addBeside('python', 'after') },
  { id: 'add-sql', title: 'Add an SQL cell below', group: 'Cells', keys: [], needs: ['edit'], run: addBeside('sql', 'after') },
  { id: 'add-text', title: 'Add a text cell below', group: 'Cells', keys: [], needs: ['edit'], run: addBeside('markdown', 'after') },
  { id: 'add-input', title: 'Add an input below', group: 'Cells', keys: [], needs: ['edit'], run: addBeside('input', 'after') },
  { id: 'delete', title: 'Delete the cell', group: 'Cells', keys: ['D D'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.remove(ids)) },
  { id: 'undo', title: 'Undo: add, delete, move, split or merge', group: 'Cells', keys: ['Z'], needs: ['edit'], run: ({ edits }) => edits.undo() },
  { id: 'redo', title: 'Redo', group: 'Cells', keys: ['Shift+Z'], needs: ['edit'], run: ({ edits }) => edits.redo() },
  { id: 'cut', title: 'Cut the cell', group: 'Cells', keys: ['X'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.cut(ids)) },
  { id: 'copy', title: 'Copy the cell', group: 'Cells', keys: ['C'], needs: ['cell'], run: onCells(({ edits }, ids) => edits.copy(ids)) },
  { id: 'paste', title: 'Paste below', group: 'Cells', keys: ['V'], needs: ['edit'], run: ({ session, edits }) => edits.paste(beside(session.targets.at(-1), 'after')) },
  { id: 'paste-above', title: 'Paste above', group: 'Cells', keys: ['Shift+V'], needs: ['edit'], run: ({ session, edits }) => edits.paste(beside(session.targets[0], 'before')) },
  { id: 'move-up', title: 'Move the cell up', group: 'Cells', keys: ['Ctrl+Shift+ArrowUp', 'Alt+ArrowUp'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.move(ids, -1)) },
  { id: 'move-down', title: 'Move the cell down', group: 'Cells', keys: ['Ctrl+Shift+ArrowDown', 'Alt+ArrowDown'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.move(ids, 1)) },
  { id: 'split', title: 'Split the cell at the cursor', group: 'Cells', keys: ['Ctrl+Shift+-'], needs: ['edit', 'cell'], run: onCell(({ edits }, cell) => edits.split(cell.id)) },
  { id: 'merge', title: 'Merge the selected cells', group: 'Cells', keys: ['Shift+M'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => (ids.length > 1 ? edits.merge(ids) : edits.mergeWith(ids, 1))) },
  { id: 'merge-above', title: 'Merge with the cell above', group: 'Cells', keys: ['Ctrl+Backspace'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.mergeWith(ids, -1)) },
  { id: 'merge-below', title: 'Merge with the cell below', group: 'Cells', keys: ['Ctrl+Shift+M'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.mergeWith(ids, 1)) },
  { id: 'to-python', title: 'Make it Python', group: 'Cells', keys: ['Y'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.changeKind(ids, 'python')) },
  { id: 'to-sql', title: 'Make it SQL', group: 'Cells', keys: ['Q'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.changeKind(ids, 'sql')) },
  { id: 'to-text', title: 'Make it text', group: 'Cells', keys: ['M'], needs: ['edit', 'cell'], run: onCells(({ edits }, ids) => edits.changeKind(ids, 'markdown')) },
  ...[1, 2, 3, 4, 5, 6].map((level): Command => ({ id: `heading-${level}`, title: `Make it a heading of level ${level}`, group: 'Cells', keys: [String(level)], needs: ['edit', 'cell'], run: onCell(({ session, edits }, cell) => makeHeading(session, edits, cell.id, level)) })),
  { id: 'toggle-lock', title: 'Lock or unlock the cell', group: 'Cells', keys: [], needs: ['lock', 'cell'], run: onCell(({ edits }, cell) => edits.toggleLock(cell.id)) },
  { id: 'toggle-output', title: 'Hide or show the output', group: 'Cells', keys: ['O'], needs: ['cell'], run: onCell(({ session }, cell) => toggleOutput(session, cell.id)) },
  ...TEXT_FORMATS.map((format): Command => ({ id: `copy-table-${format}`, title: `Copy the table as ${TEXT_NAMES[format]}`, group: 'Cells', keys: [], needs: ['table'], run: onTable((table) => table.copy(format)) })),
  { id: 'download-table', title: 'Download the table as CSV, Excel or Parquet', group: 'Cells', keys: [], needs: ['table'], run: onTable((table) => table.download()) },
  { id: 'find-in-table', title: 'Search in the table', group: 'Cells', keys: [], needs: ['table'], run: onTable((table) => table.find()) },
  { id: 'summarize-table', title: 'Hide or show the summaries of the table’s columns', group: 'Cells', keys: [], needs: ['table'], run: onTable((table) => table.summarize()) },
  { id: 'table-columns', title: 'Columns and view of the table', group: 'Cells', keys: [], needs: ['table'], run: onTable((table) => table.chooseColumns()) },

  { id: 'comment', title: 'Comment on the cell, or on what is selected in it', group: 'Cells', keys: [], anywhere: ['Mod+Alt+C'], needs: ['comment', 'cell'], run: ({ page }) => page.comment() },

  { id: 'palette', title: 'All commands', group: 'Page', keys: [], anywhere: ['Mod+K', 'Mod+Shift+P'], run: ({ page }) => page.openPalette() },
  { id: 'save', title: 'Name this version', group: 'Page', keys: [], anywhere: ['Mod+S'], listedFor: ['edit'], run: ({ session, page }) => (session.canEdit ? page.nameVersion() : toasts.show(saveSentence(session))) },
  { id: 'history', title: 'Version history', group: 'Page', keys: [], needs: ['member'], run: ({ page }) => page.openHistory() },
  { id: 'past', title: 'Look back in time: text and results as they were', group: 'Page', keys: [], needs: ['member'], run: ({ page }) => page.openPast() },
  { id: 'download', title: 'Download as .ipynb, .py or .md', group: 'Page', keys: [], run: ({ page }) => page.openDownload() },
  { id: 'bin', title: 'Bin: deleted cells', group: 'Page', keys: [], needs: ['edit'], run: ({ page }) => page.openBin() },
  { id: 'outline', title: 'Hide or show the outline', group: 'Page', keys: [], run: ({ page }) => page.toggleOutline() },
  { id: 'comments', title: 'Hide or show the comments', group: 'Page', keys: [], needs: ['member'], run: ({ page }) => page.toggleComments() },
  { id: 'variables', title: 'Hide or show the variables and packages', group: 'Page', keys: [], needs: ['member'], run: ({ page }) => page.toggleVariables() },
  { id: 'data', title: 'Hide or show the data: tables and columns', group: 'Page', keys: [], needs: ['member'], run: ({ page }) => page.toggleData() },
  { id: 'help', title: 'Keyboard', group: 'Page', keys: ['H', 'Shift+?'], run: ({ page }) => page.openHelp() },
]

export function isAllowed({ needs = [] }: Command, session: NotebookSession): boolean {
  return needs.every((need) => IS_MET[need](session))
}

/** Whether this person is told of it at all, whatever cell they are in. */
export function isListed({ needs = [], listedFor = [] }: Command, session: NotebookSession): boolean {
  return [...needs, ...listedFor].every((need) => need === 'cell' || need === 'table' || IS_MET[need](session))
}
