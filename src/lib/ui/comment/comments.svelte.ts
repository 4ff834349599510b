/**
 * Comments of one open notebook: its threads as the server has them, the one that is being read, and what is being
 * written. Threads are read anew whenever the feed tells of one. Words that are not sent are kept here while the panel
 * is closed, so that closing it loses nothing.
 */
import { SvelteMap } from 'svelte/reactivity'
import { shownRun } from '#lib/live/cell-runs.ts'
import { callApi } from '#lib/live/api.ts'
import type { CommentAnchor, CommentThread } from '#lib/domain/comment.ts'
import type { CellId, ResultId, ThreadId } from '#lib/domain/ids.ts'
import type { MemberSummary } from '#lib/domain/member.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { anchorText, findAnchor, type TextAnchor, type TextRange } from '#lib/document/text-anchor.ts'
import type { CommentMark } from '#lib/editor/comment-marks.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'
import { inbox } from './inbox.svelte.ts'
import { MovedThreads } from './moved-threads.ts'
import { placeThreads, type PlacedThread } from './place-threads.ts'

/** A thread that is not sent yet: its place is chosen. */
export interface NewPlace {
  cellId: CellId
  anchor: CommentAnchor
  quote: string
}

export type Words = { body: string; mentions: string[] }
export type ThreadFilter = 'open' | 'resolved'

const TELL_AGAIN_MS = 3000

export class Comments {
  readonly #session: NotebookSession
  threads = $state.raw<readonly CommentThread[]>([])
  isLoaded = $state(false)
  problem = $state<string | null>(null)
  isOpen = $state(false)
  filter = $state<ThreadFilter>('open')
  /** The thread that is being read: its place stands out. */
  activeId = $state<ThreadId | null>(null)
  /** Moves on whenever the active thread is to be brought into view. */
  shownAt = $state(0)
  newPlace = $state.raw<NewPlace | null>(null)
  /** What is written and not sent, by thread; `new` for the one that begins. */
  readonly drafts = new SvelteMap<string, string>()
  members = $state.raw<readonly MemberSummary[]>([])
  #turn = 0
  #hasMembers = false
  readonly #moved: MovedThreads
  #isTelling = false
  #isClosed = false

  readonly placed: readonly PlacedThread[] = $derived.by(() => placeThreads(this.threads, {
    cells: this.#session.cells,
    findText: this.#session.isShared ? (cellId, anchor) => this.#find(cellId, anchor) : null,
    shownRun: (cellId) => this.#shown(cellId),
  }))
  readonly open = $derived(this.placed.filter(({ thread }) => thread.resolvedAt === null))
  /** The row that the active thread is about. */
  readonly wantedRow = $derived.by(() => {
    const anchor = this.threads.find((thread) => thread.id === this.activeId)?.anchor
    return anchor?.kind === 'row' ? { resultId: anchor.resultId as string, row: anchor.row, at: this.shownAt } : null
  })
  readonly listed = $derived(this.filter === 'open' ? this.open : this.placed.filter(({ thread }) => thread.resolvedAt !== null))
  /** From the threads alone: a key press in a cell must not draw every cell anew. */
  readonly openByCell: ReadonlyMap<CellId, readonly CommentThread[]> = $derived(Map.groupBy(this.threads.filter((thread) => thread.resolvedAt === null), (thread) => thread.cellId))

  constructor(session: NotebookSession) {
    this.#session = session
    this.#moved = new MovedThreads({ notebookId: session.page.id, person: session.page.me.id }, browserStore())
  }

  /** May change while the page is open. */
  get canWrite(): boolean {
    return this.#session.canComment
  }

  /** The pieces of a cell's text that stand out: those of open threads, and of a resolved one while it is read. */
  marksOf(cellId: CellId): CommentMark[] {
    return this.threads.flatMap(({ id, cellId: place, anchor, resolvedAt }) => {
      const isActive = id === this.activeId
      return place === cellId && anchor.kind === 'text' && (resolvedAt === null || (isActive && this.filter === 'resolved')) ? [{ threadId: id, anchor, isActive }] : []
    })
  }

  async load(): Promise<void> {
    const turn = (this.#turn += 1)
    const found = await callApi<CommentThread[]>('GET', `/notebooks/${this.#session.page.id}/threads`)
    if (turn !== this.#turn) return
    this.problem = found.ok ? null : found.message
    if (!found.ok) return
    this.threads = this.#moved.applyTo(found.value)
    this.isLoaded = true
    void this.#tellMoved()
  }

  /** Who can be called by name. Read once, when it is first wanted. */
  async loadMembers(): Promise<void> {
    if (this.#hasMembers) return
    this.#hasMembers = true
    const found = await callApi<MemberSummary[]>('GET', `/workspaces/${this.#session.page.workspaceId}/members`)
    if (found.ok) this.members = found.value.filter((member) => member.userId !== this.#session.page.me.id)
    else this.#hasMembers = false
  }

  toggle(): void {
    this.isOpen = !this.isOpen
    if (!this.isOpen) this.activeId = null
  }

  /** Opens the composer for a place; the panel shows it. */
  begin(place: NewPlace): void {
    if (!this.canWrite) return
    this.newPlace = place
    this.activeId = null
    this.filter = 'open'
    this.isOpen = true
  }

  /** At a piece of a cell's text, or at the whole cell when nothing is selected. */
  beginAt(cellId: CellId, range: TextRange | null): void {
    const text = this.#session.room === null ? null : cellText(this.#session.room.doc, cellId)
    if (range === null || text === null || range.start >= range.end) {
      return this.begin({ cellId, anchor: { kind: 'cell' }, quote: this.#session.find(cellId)?.source.trim().split('\n')[0]?.slice(0, 200) ?? '' })
    }
    this.begin({ cellId, anchor: { kind: 'text', ...anchorText(text, range) }, quote: text.toString().slice(range.start, range.end).slice(0, 500) })
  }

  /** At what the cell shows now. */
  beginAtOutput(cellId: CellId): void {
    const shown = this.#shown(cellId)
    if (shown !== null) this.begin({ cellId, anchor: { kind: 'output', runId: shown.runId }, quote: '' })
  }

  /** At a row of what a cell shows. The cell is found by the result, which stands in one cell only. */
  beginAtRow(resultId: string, row: number, quote: string): void {
    const cell = this.#session.cells.find(({ id }) => this.#shown(id)?.resultIds.includes(resultId))
    if (cell !== undefined) this.begin({ cellId: cell.id, anchor: { kind: 'row', resultId: resultId as ResultId, row }, quote })
  }

  show(id: ThreadId): boolean {
    const thread = this.threads.find((one) => one.id === id)
    if (thread === undefined) return false
    this.filter = thread.resolvedAt === null ? 'open' : 'resolved'
    this.activeId = id
    this.shownAt += 1
    this.isOpen = true
    void inbox.markRead(id)
    return true
  }

  async send(words: Words): Promise<boolean> {
    const place = this.newPlace
    if (place === null) return false
    const made = await callApi<CommentThread>('POST', `/notebooks/${this.#session.page.id}/threads`, { ...place, ...words })
    if (!made.ok) return this.#refused(made.message)
    this.newPlace = null
    this.#take(made.value)
    this.show(made.value.id)
    return true
  }

  async reply(id: ThreadId, words: Words): Promise<boolean> {
    return this.#write('POST', `/threads/${id}/comments`, words)
  }

  async resolve(id: ThreadId, isResolved: boolean): Promise<boolean> {
    const isDone = await this.#write('PATCH', `/threads/${id}`, { isResolved })
    if (isDone && isResolved) {
      if (this.activeId === id) this.activeId = null
      toasts.undoable('Thread resolved.', () => this.resolve(id, false))
    }
    return isDone
  }

  /** Its text is in another cell now. */
  place(id: ThreadId, cellId: CellId, anchor: TextAnchor): void {
    this.#moved.keep(id, { cellId, anchor: { kind: 'text', ...anchor } })
    this.threads = this.#moved.applyTo(this.threads)
    void this.#tellMoved()
  }

  close(): void {
    this.#isClosed = true
  }

  async edit(commentId: string, words: Words): Promise<boolean> {
    const done = await callApi('PATCH', `/comments/${commentId}`, words)
    if (!done.ok) return this.#refused(done.message)
    await this.load()
    return true
  }

  async remove(commentId: string): Promise<void> {
    const done = await callApi('DELETE', `/comments/${commentId}`)
    if (done.ok) await this.load()
    else this.#refused(done.message)
  }

  async #write(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<boolean> {
    const done = await callApi<CommentThread>(method, path, body)
    if (!done.ok) return this.#refused(done.message)
    this.#take(done.value)
    return true
  }

  /** The server must know of the cell first, and may be away. What it refuses then says itself that its text is gone. */
  async #tellMoved(): Promise<void> {
    if (this.#isTelling) return
    this.#isTelling = true
    while (this.#moved.all.length > 0 && !this.#isClosed) {
      await this.#session.untilSaved()
      for (const [id, place] of this.#moved.all) {
        const done = await callApi<CommentThread>('PUT', `/threads/${id}/place`, place)
        if (!done.ok && (done.reason === 'offline' || this.#session.room?.status !== 'saved')) continue
        this.#moved.settle(id, place)
        if (done.ok) this.#take(done.value)
      }
      if (this.#moved.all.length > 0) await new Promise((resolve) => setTimeout(resolve, TELL_AGAIN_MS))
    }
    this.#isTelling = false
  }

  /** At once, before the feed tells of it. */
  #take(thread: CommentThread): void {
    this.#turn += 1
    this.threads = this.#moved.applyTo([...this.threads.filter((one) => one.id !== thread.id), thread])
  }

  #refused(message: string): false {
    toasts.error(message)
    return false
  }

  #find(cellId: CellId, anchor: TextAnchor): TextRange | null {
    // Read so that a change of the text places its threads anew.
    void this.#session.find(cellId)?.source
    const text = this.#session.room === null ? null : cellText(this.#session.room.doc, cellId)
    return text === null ? null : findAnchor(text, anchor)
  }

  #shown(cellId: CellId) {
    const feed = this.#session.feed.state.cells.get(cellId)
    const shown = feed === undefined ? null : shownRun(feed)
    if (shown === null || shown.outputs.length === 0) return null
    return { runId: shown.run.id, resultIds: shown.outputs.flatMap((output) => (output.kind === 'result' ? [output.resultId as string] : [])) }
  }
}

function browserStore(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}
