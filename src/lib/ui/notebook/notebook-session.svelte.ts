/**
 * Notebook session: one open notebook in one tab. It joins the shared text (room), what runs did (feed) and where the
 * person is (active cell, command or edit mode). Text is changed through src/lib/document only; a run is asked for
 * through the API; nothing here draws.
 */
import { tick } from 'svelte'
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import { isStale } from '#lib/domain/cell-history.ts'
import { CELL_KIND_LABELS, isRunnable, type Cell } from '#lib/domain/cell.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { inputsOf, type ParameterValue, type Parameters } from '#lib/domain/parameter.ts'
import { describeLeft } from '#lib/domain/run-cancel.ts'
import { planRun } from '#lib/domain/run-plan.ts'
import type { RowLimit } from '#lib/domain/row-limit.ts'
import type { CellScope, Run } from '#lib/domain/run.ts'
import { lockOf } from '#lib/document/lock-cell.ts'
import { observeNotebook } from '#lib/document/observe-notebook.ts'
import { cellText, readNotebook, readTitle } from '#lib/document/read-notebook.ts'
import { rowLimitOf } from '#lib/document/row-limit.ts'
import { setInputValue } from '#lib/document/set-input-value.ts'
import { sharedViews } from '#lib/document/table-views.ts'
import type { Spot } from '#lib/editor/open-editor.ts'
import { TextHistory } from '#lib/editor/text-history.ts'
import { callApi } from '#lib/live/api.ts'
import { KernelQuestions } from '#lib/live/ask-kernel.ts'
import { inOrder } from '#lib/live/in-order.ts'
import { watchPresence, type PresenceList } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { RunFeed } from '#lib/live/run-feed.svelte.ts'
import { runToStop } from '#lib/live/run-to-stop.ts'
import { readTablesCatalog } from '#lib/ui/data/tables-catalog.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type * as Y from 'yjs'
import { CellModel, lockSentence } from './cell-model.svelte.ts'
import { CellSelection } from './cell-selection.svelte.ts'
import { DrawnCells } from './drawn-cells.ts'
import { FollowPerson } from './follow-person.svelte.ts'
import { keepWriting } from './keep-writing.ts'
import { goOnBeside } from './lost-cell.ts'
import type { NotebookPage } from './notebook-page.ts'
import type { TypeOn } from './type-on.ts'

export type Mode = 'command' | 'edit'

/** What a drawn cell offers to the keyboard. */
export interface CellHandle {
  /** `isStill`: the page stays where it is. */
  focusFrame(isStill?: boolean): void
  focusEditor(at?: Spot): void
  /** What is selected in its text, as offsets. */
  selection(): { start: number; end: number } | null
  /** Offset of the text cursor, where it is or was last. */
  caret(): number | null
}

export interface SessionOptions {
  canEdit: boolean
  canRun: boolean
  feedUrl: string
  outputsUrl: string
}

/** A run or a download waits this long for the last keystrokes and inputs to be saved; the server compares digests in any case. */
const SAVE_WITHIN_MS = 1000
const LOOK_EVERY_MS = 15

export class NotebookSession {
  readonly page: NotebookPage
  readonly feed: RunFeed
  readonly questions: KernelQuestions
  readonly #mayRun: boolean
  room = $state.raw<Room | null>(null)
  /** The shared document, and no longer the server's first paint, says what the cells are. */
  isShared = $state(false)
  /** What cannot be saved is being told from what can. */
  isSettingAside = $state(false)
  cells = $state.raw<readonly CellModel[]>([])
  title = $state('')
  presence = $state.raw<PresenceList | null>(null)
  readonly following = new FollowPerson(() => this.presence)
  activeId = $state<CellId | null>(null)
  mode = $state<Mode>('command')
  readonly selection = new CellSelection()
  readonly drawn: DrawnCells
  /** Moves when something in the bin may have changed. */
  binChanged = $state(0)
  /** Somebody took the cell away in which this person typed: the next letters are not meant as commands. */
  typingOn: TypeOn | null = null
  /** Where the caret is to stand once the person goes into a cell that they are at. */
  #entry: { id: CellId; at: Spot } | null = null
  readonly #wantedInputs = new Map<string, ParameterValue>()
  #isSettingInputs = false
  /** Runs, interrupts and restarts reach the server in the order of the presses. */
  readonly #inOrder = inOrder()
  readonly #lastAsked = new Map<CellId, RunId>()
  /** Cells whose run was asked for and not yet answered. */
  readonly requesting = new SvelteSet<CellId>()
  readonly hiddenOutputs = new SvelteSet<CellId>()
  readonly handles = new SvelteMap<CellId, CellHandle>()
  readonly #histories = new Map<CellId, { text: Y.Text; history: TextHistory }>()
  /** The page knows the rights of the moment it was painted; the room says when they change. */
  readonly canEdit = $derived.by(() => this.isShared && this.room !== null && this.room.canEdit)
  readonly canRun = $derived.by(() => this.room?.rights?.canRun ?? this.#mayRun)
  readonly canComment = $derived.by(() => this.room?.rights?.canComment ?? this.page.canComment)
  readonly canLock = $derived.by(() => this.canEdit && (this.room?.rights?.canLock ?? false))
  readonly activeIndex = $derived(this.cells.findIndex((cell) => cell.id === this.activeId))
  readonly active = $derived(this.cells[this.activeIndex] ?? null)
  /** What a command on cells means: the selected ones in the order of the page, or else the active one. */
  readonly targets: readonly CellId[] = $derived.by(() => {
    if (this.selection.size > 0) return this.cells.flatMap((cell) => (this.selection.has(cell.id) ? [cell.id] : []))
    return this.active === null ? [] : [this.active.id]
  })
  /** What the inputs stand at: what a run would be given now. */
  readonly inputs = $derived.by(() => inputsOf(this.cells))
  readonly parameters: Parameters = $derived(Object.fromEntries([...this.inputs].map(([name, { value }]) => [name, value])))
  readonly isRunning = $derived.by(() => this.feed.state.openRuns.size > 0)
  /** Runs of schedules and workflows have kernels of their own, which an Interrupt does not reach. */
  readonly canInterrupt = $derived.by(() => this.canRun && [...this.feed.state.openRuns.values()].some((run) => !run.hasFreshKernel))
  /** Said to screen readers when the place or the mode changes. */
  readonly placeSentence = $derived.by(() => {
    if (this.active === null) return ''
    if (this.selection.size > 0) return `${this.selection.size === 1 ? '1 cell' : `${this.selection.size} cells`} selected, at cell ${this.activeIndex + 1} of ${this.cells.length}`
    return `${this.mode === 'edit' ? 'Edit' : 'Command'} mode, cell ${this.activeIndex + 1} of ${this.cells.length}, ${CELL_KIND_LABELS[this.active.kind]}`
  })

  constructor(page: NotebookPage, options: SessionOptions) {
    this.page = page
    this.#mayRun = options.canRun
    this.feed = new RunFeed({ feedUrl: options.feedUrl, outputsUrl: options.outputsUrl }, page.snapshot)
    this.questions = new KernelQuestions(page.id, { mark: () => this.feed.state.kernel, readTables: () => readTablesCatalog(page.workspaceSlug) })
    this.cells = page.text.cells.map((cell) => new CellModel(cell))
    this.drawn = new DrawnCells(this.cells)
    this.title = page.text.title
    this.activeId = this.cells[0]?.id ?? null
  }

  /** Follows a room. What the server painted stays until `share` is called, what another room had until now. Returns the way to stop. */
  follow(room: Room): () => void {
    this.room = room
    const presence = watchPresence(room)
    this.presence = presence
    const stop = observeNotebook(room.doc, ({ hasTitle, hasOutline, sources, isLocal }) => {
      if (!this.isShared) return
      if (hasOutline || [...sources].some((id) => this.find(id) === null)) this.binChanged += 1
      if (hasTitle) this.title = readTitle(room.doc)
      if (hasOutline) this.#readAll(room, isLocal)
      else for (const id of sources) this.#readSource(room, id)
    })
    if (this.isShared) this.#read(room)
    return () => {
      stop()
      presence.close()
      this.room = null
      this.presence = null
    }
  }

  /** The document is loaded: from here on it alone says which cells there are, and editors bind to it. */
  share(): void {
    if (this.room === null || this.isShared) return
    this.#read(this.room)
    this.isShared = true
  }

  #read(room: Room): void {
    this.title = readTitle(room.doc)
    this.#readAll(room, true)
  }

  #readAll(room: Room, isLocal: boolean): void {
    const known = new Map(this.cells.map((cell) => [cell.id, cell]))
    const { active: lost, activeIndex: at } = this
    const goOn = isLocal ? null : keepWriting(this)
    const cells = readNotebook(room.doc).cells.map((cell) => this.#keep(known.get(cell.id), cell))
    // Mostly what the server painted: then nothing is laid out again.
    if (cells.length !== this.cells.length || cells.some((cell, order) => cell !== this.cells[order])) this.cells = cells
    for (const cell of this.cells) {
      cell.lock = lockOf(room.doc, cell.id)
      cell.views = sharedViews(room.doc, cell.id)
      cell.rowLimit = rowLimitOf(room.doc, cell.id)
    }
    this.drawn.drawNew(this.cells.filter((cell) => !known.has(cell.id)))
    this.selection.keep(this.cells.map((cell) => cell.id))
    if (this.active !== null) return void goOn?.()
    this.activeId = this.cells[Math.min(Math.max(at, 0), this.cells.length - 1)]?.id ?? null
    if (lost !== null && !isLocal) void goOnBeside(this, room.doc, lost.id)
  }

  #keep(known: CellModel | undefined, cell: Cell): CellModel {
    if (known === undefined) return new CellModel(cell)
    known.kind = cell.kind
    known.source = cell.source
    known.value = cell.value
    return known
  }

  #readSource({ doc }: Room, id: CellId): void {
    const cell = this.cells.find((other) => other.id === id)
    if (cell !== undefined) cell.source = cellText(doc, id)?.toString() ?? cell.source
  }

  /** What an editor binds to; null while the document is not there yet or the cell is gone. */
  shared(id: CellId): { text: Y.Text; history: TextHistory } | null {
    const text = this.isShared && this.room !== null ? cellText(this.room.doc, id) : null
    if (text === null) return null
    const known = this.#histories.get(id)
    if (known?.text === text) return known
    known?.history.destroy()
    const shared = { text, history: new TextHistory(text) }
    this.#histories.set(id, shared)
    return shared
  }

  find(id: CellId): CellModel | null {
    return this.cells.find((cell) => cell.id === id) ?? null
  }

  /** Whether this person may change the cell itself: its text, its kind, whether it is there. */
  canChange(cell: CellModel): boolean {
    return this.canEdit && (cell.lock === null || this.canLock)
  }

  /** Says why, when the cell is locked for this person. To be asked before any change of a cell as a whole. */
  refusesChange(id: CellId): boolean {
    const cell = this.find(id)
    if (cell === null || this.canChange(cell)) return false
    toasts.show(lockSentence(cell))
    return true
  }

  /** Where the person is now. Focus follows once the cell is drawn; a cell that already has it keeps it. In command mode `at` is for when they go in. */
  async go(id: CellId | undefined, mode: Mode = 'command', at?: Spot): Promise<void> {
    if (id === undefined) return
    if (id !== this.activeId || mode === 'edit') this.selection.clear()
    const spot = at ?? (this.#entry?.id === id ? this.#entry.at : undefined)
    this.#entry = mode === 'edit' || spot === undefined ? null : { id, at: spot }
    this.activeId = id
    this.drawn.draw(id)
    await tick()
    const handle = this.handles.get(id)
    if (mode === 'edit') return handle?.focusEditor(spot)
    handle?.focusFrame()
    // A frame that has the focus already tells nothing.
    this.note(id, 'command')
  }

  /** Told by a cell that got or lost the focus by itself (mouse, Tab, Escape). */
  note(id: CellId, mode: Mode): void {
    if (id !== this.activeId || mode === 'edit') this.selection.clear()
    if (mode === 'edit' || id !== this.#entry?.id) this.#entry = null
    this.activeId = id
    this.mode = mode
    // In the text its editor says where.
    if (mode === 'command') this.presence?.setCell(id)
  }

  /** Marks cells: up to this one, this one more (or less), or all. */
  async select(how: 'to' | 'toggle' | 'all', id: CellId): Promise<void> {
    const order = this.cells.map((cell) => cell.id)
    if (how === 'all') this.selection.all(order)
    else if (how === 'to') this.selection.extendTo(order, this.activeId, id)
    else this.selection.toggle(this.activeId, id)
    this.activeId = id
    this.drawn.draw(id)
    await tick()
    this.handles.get(id)?.focusFrame()
  }

  /** `rowLimit` in place of the cells' own, this once. */
  async run(scope: CellScope, rowLimit?: RowLimit): Promise<void> {
    if (!this.canRun) return
    const planned = planRun(this.cells, scope, (cell) => this.isStale(cell.id))
    if (!planned.ok) return void toasts.show(planned.message)
    const ids = planned.value.map((cell) => cell.id)
    for (const id of ids) this.requesting.add(id)
    const asked = await this.#inOrder(async () => {
      await this.untilSaved()
      const digests = Object.fromEntries(ids.map((id) => [id, this.find(id)?.digest]))
      return callApi<Run>('POST', `/notebooks/${this.page.id}/runs`, { scope, digests, ...(rowLimit !== undefined && { rowLimit }) })
    }).finally(() => {
      for (const id of ids) this.requesting.delete(id)
    })
    if (!asked.ok) return void toasts.error(asked.message)
    for (const id of ids) this.#lastAsked.set(id, asked.value.id)
  }

  /** What runs the cell; else what waits to, or was asked for so lately that the feed has not told of it. */
  async stopCell(id: CellId): Promise<void> {
    const done = await this.#inOrder(async () => {
      const runId = runToStop(this.feed.state, id) ?? this.#lastAsked.get(id)
      return runId === undefined ? null : callApi('POST', `/runs/${runId}/cancel`)
    })
    if (done?.ok === false) toasts.error(done.message)
  }

  /** It never ran well, or it or the inputs were changed since. */
  isStale(id: CellId): boolean {
    const cell = this.find(id)
    return cell !== null && isStale(cell.digest, this.parameters, this.feed.state.history.get(id))
  }

  /** For everybody. Who may run but not edit is not let at the document: the server sets the value for them. */
  async setInput({ id }: CellModel, name: string, value: ParameterValue): Promise<void> {
    if (this.canEdit && this.room !== null) return setInputValue(this.room.doc, id, value)
    if (!this.canRun) return
    this.#wantedInputs.set(name, value)
    if (this.#isSettingInputs) return
    this.#isSettingInputs = true
    // One request at a time, with the newest values: two under way could arrive in either order.
    while (this.#wantedInputs.size > 0) {
      const values = Object.fromEntries(this.#wantedInputs)
      this.#wantedInputs.clear()
      const done = await callApi('PATCH', `/notebooks/${this.page.id}/inputs`, { values })
      if (!done.ok) toasts.error(done.message)
    }
    this.#isSettingInputs = false
  }

  /** The last keystrokes are on their way for a moment; what takes longer is not waited for. */
  async untilSaved(): Promise<void> {
    const until = performance.now() + SAVE_WITHIN_MS
    while ((this.room?.status === 'saving' || this.#isSettingInputs) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }

  /** Runs what can run; text and charts have nothing to run. */
  async runCell(id: CellId): Promise<void> {
    const cell = this.find(id)
    if (cell !== null && isRunnable(cell.kind)) await this.run({ kind: 'cell', cellId: id })
  }

  /** The selected cells as one run, so that it ends at the first that fails; or the active one. */
  async runTargets(): Promise<void> {
    const [only] = this.targets
    if (this.selection.size > 1) await this.run({ kind: 'cells', cellIds: [...this.targets] })
    else if (only !== undefined) await this.runCell(only)
  }

  /** What runs, and what this person has waiting, at once and unasked. Runs of others wait on; taking those too is a press of its own. */
  async interrupt(): Promise<void> {
    if (!this.canRun) return
    const done = await this.#inOrder(() => callApi<{ leftRunIds?: RunId[] }>('POST', `/notebooks/${this.page.id}/interrupt?waiting=mine`))
    if (!done.ok) return void toasts.error(done.message)
    // A server of before answers without them.
    const left = done.value.leftRunIds ?? []
    if (left.length === 0) return
    const owners = left.map((id) => this.feed.state.openRuns.get(id)?.requestedBy?.name ?? null)
    toasts.show(describeLeft(owners), { action: { label: left.length === 1 ? 'Cancel it too' : 'Cancel them too', run: () => this.#cancel(left) } })
  }

  /** One that has ended meanwhile is as it should be. */
  async #cancel(runIds: readonly RunId[]): Promise<void> {
    for (const id of runIds) {
      const done = await callApi('POST', `/runs/${id}/cancel`)
      if (!done.ok && done.reason !== 'run-ended') return void toasts.error(done.message)
    }
  }

  /** The run waits in the queue behind the restart. Without one nothing runs: what was meant is a run from nothing. */
  async restartAndRun(scope: CellScope): Promise<void> {
    const planned = planRun(this.cells, scope)
    if (!planned.ok) return void toasts.show(planned.message)
    if (await this.#restart()) await this.run(scope)
  }

  async restartKernel(): Promise<void> {
    const isThere = this.#hasKernel()
    if ((await this.#restart()) && !isThere) toasts.show('There is no kernel to restart: the next run starts a new one.')
  }

  /** Whether it was accepted. That it is done is said by the kernel's end (tell-kernel-end.svelte.ts), which may be a while in coming. */
  async #restart(): Promise<boolean> {
    if (!this.canRun) return false
    if (this.#hasKernel()) toasts.show('Restarting the kernel…')
    const done = await this.#inOrder(() => callApi('DELETE', `/notebooks/${this.page.id}/kernel`))
    if (!done.ok) toasts.error(done.message)
    return done.ok
  }

  #hasKernel(): boolean {
    const { state } = this.feed.state.kernel
    return state !== 'stopped' && state !== 'dead'
  }
}
