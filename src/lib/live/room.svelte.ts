/**
 * A room from the browser's side: the shared document of one notebook, its socket, its copy in this browser, and the
 * honest state of saving. `saved` means that the server has committed every local edit; it comes from acknowledgements
 * and nothing else. Call `openRoom` in the browser (onMount), `close` when the page goes.
 */
import { readVarString, readVarUint } from 'lib0/decoding'
import type { Awareness } from 'y-protocols/awareness'
import { fetchUpdates, type IndexeddbPersistence } from 'y-indexeddb'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { editedCells } from '#lib/document/edited-cells.ts'
import { MESSAGE, readRights, type RoomRights } from '#lib/domain/room.ts'
import { askToPersist } from './ask-to-persist.ts'
import { countingSocket } from './counting-socket.ts'
import { forgetLocalCopy, keepLocalCopy, refillCopy, watchCopy } from './local-copy.ts'
import { endingOf, isFinalClose, type RoomEnding } from './room-ending.ts'
import { refusalOf, statusOf, strandedOf, LOCKED, type RoomStatus, type Stranded } from './room-status.ts'
import { tuneProvider } from './tune-provider.ts'
import { UnsavedEdits } from './unsaved-edits.ts'
import { noteUnsaved, readNotes, type UnsavedNote } from './unsaved-note.ts'
import { writeCopy, type CopyWriter } from './write-copy.ts'

export interface RoomOptions {
  notebookId: string
  /** Whose copy this browser keeps: their id, empty for guests. */
  person: string
  epoch: number
  canEdit: boolean
  /** `ws(s)://host/rooms`; the page's own host when absent. */
  url?: string
  WebSocketClass?: typeof WebSocket
  /** What an earlier room of this page could not save. */
  brought?: Brought
  /** The server takes nothing of this room any more, as it holds edits of a cell that is locked; see set-aside.ts. */
  onLocked?: () => void
}

export interface Brought {
  state: Uint8Array
  /** The cells that were edited. */
  cells: readonly CellId[]
}

export interface Room {
  readonly notebookId: string
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly status: RoomStatus
  /** Local edits that are not committed on the server; all that a copy of an earlier visit brought counts as one. */
  readonly unsaved: number
  /** How many edits those are, as far as this page knows: `some` while a copy of an earlier visit holds more. */
  readonly knownUnsaved: number | 'some'
  /** There is something to show: from the server or from this browser's copy. */
  readonly isLoaded: boolean
  /** What is typed here outlives this tab. Not where a browser keeps nothing, as in some private windows, or nothing more. */
  readonly isKept: boolean
  /** This browser's copy took all until some moment, and takes nothing more. */
  readonly hasLostCopy: boolean
  /** What the server says now; it may change while the page is open. Null until it has said so. */
  readonly rights: RoomRights | null
  readonly canEdit: boolean
  /** Why an edit was not taken, as a sentence. */
  readonly refusal: string | null
  /** The socket is closed for good. */
  readonly ended: RoomEnding | null
  /** The notebook has another history now. The document here is kept as it was, for a download. */
  readonly conflict: { unsaved: number } | null
  readonly stranded: Stranded | null
  /** Cells with edits that are not saved. Not reactive. */
  readonly editedCells: ReadonlySet<CellId>
  /** Drops this browser's copy, so that a reload begins from what the server has. */
  forgetCopy: () => Promise<void>
  /** Takes in what other tabs of this browser have put into its copy, and which of it is not saved. */
  readCopy: () => Promise<void>
  /** This browser's copy holds this from now on. This room writes to it no more. */
  refillCopy: (copy: Brought) => Promise<void>
  close: () => void
}

const RECONNECT_WITHIN_MS = 2_500
/** The first sync says what is true; a browser without the server goes on with its own copy after a moment. */
const COPY_AFTER_MS = 1_500
/** A large copy takes seconds on a slow disk; one that never comes is no reason to keep somebody from the others. */
const COPY_READ_WITHIN_MS = 10_000

export const roomAddress = ({ url }: RoomOptions): string => url ?? `${location.origin.replace(/^http/, 'ws')}/rooms`

export function openRoom(options: RoomOptions): Room {
  const doc = new Y.Doc()
  const edits = new UnsavedEdits()
  const touched = new Set<CellId>()
  let copy: IndexeddbPersistence | null = null
  let note: UnsavedNote | null = null
  let writer: CopyWriter | null = null
  let copyTimer: ReturnType<typeof setTimeout> | undefined
  const state = $state({
    isConnected: false, isSynced: false, hasSynced: false, hasCopy: false, isOnCopy: false, isKept: false, hasLostCopy: false, isOnline: globalThis.navigator?.onLine ?? true,
    unsaved: 0, hasBrought: false, hasEarlier: false, rights: null as RoomRights | null, canEdit: options.canEdit, refusal: null as string | null, refusalReason: '', ended: null as RoomEnding | null,
  })
  const persisting = askToPersist(() => state.isKept && state.canEdit && state.unsaved > 0)
  const isBrought = (origin: unknown): boolean => origin !== null && (origin === copy || origin === options.brought)
  const count = (): void => {
    state.unsaved = edits.count
    state.hasBrought = edits.hasBrought
  }
  // Who may only read has nothing to keep; who may write from now on does.
  const keepCopy = (): void => {
    if (copy !== null) return
    copy = keepLocalCopy(doc, options, options.epoch)
    if (copy === null) return
    const kept = copy
    writer = writeCopy(kept, (origin) => origin === provider)
    note = noteUnsaved(kept, doc.clientID, touched)
    kept.once('synced', () => {
      state.isKept = true
      watchCopy(kept, () => {
        state.isKept = false
        state.hasLostCopy = true
      })
      state.hasCopy = doc.store.clients.size > 0
      if (state.hasCopy) copyTimer = setTimeout(() => (state.isOnCopy = true), COPY_AFTER_MS)
      void readOn(kept).catch(() => undefined)
    })
  }

  // The notes first: what one of them is of is in the copy by then.
  const readOn = async (kept: IndexeddbPersistence): Promise<void> => {
    const notes = await readNotes(kept)
    await fetchUpdates(kept)
    const ids = note?.adopt(notes) ?? []
    if (edits.count > 0) for (const id of ids) touched.add(id)
    state.hasEarlier = ids.length > 0
    note?.changed()
  }

  // Before the provider's own listener: an edit is counted before the message that carries it.
  doc.on('update', (_update: Uint8Array, origin: unknown) => {
    if (origin === provider) return
    if (isBrought(origin)) edits.brought()
    else edits.edited()
    count()
    if (!isBrought(origin)) persisting.edited(state.isOnline)
  })
  doc.on('afterTransaction', (transaction: Y.Transaction) => {
    // What the copy brings was edited on an earlier visit; the copy says which of it was not saved.
    if (transaction.origin === provider || isBrought(transaction.origin)) return
    for (const id of editedCells(doc, transaction)) touched.add(id)
    note?.changed()
  })
  const provider = new WebsocketProvider(roomAddress(options), options.notebookId, doc, {
    connect: false,
    params: { epoch: String(options.epoch) },
    // Tabs of one browser meet in the server's room; a second way between them would go past its rules.
    disableBc: true,
    shouldReconnect: (event, self) => {
      // A server that restarts must not get everybody back in the same moment. The provider waits no longer than this.
      self.maxBackoffTime = Math.min(2 ** self.wsUnsuccessfulReconnects * 100, RECONNECT_WITHIN_MS) * (0.25 + 0.75 * Math.random())
      return !isFinalClose(event.code)
    },
    WebSocketPolyfill: countingSocket(options.WebSocketClass ?? WebSocket, { onBegin: () => edits.socketOpened(), onSent: (kind) => edits.sent(kind) }),
  })

  provider.messageHandlers[MESSAGE.saved] = (_encoder, decoder) => {
    edits.acknowledged(readVarUint(decoder))
    if (edits.count === 0) {
      touched.clear()
      persisting.saved()
      note?.changed()
    }
    count()
  }
  provider.messageHandlers[MESSAGE.refused] = (_encoder, decoder) => {
    state.refusalReason = readVarString(decoder)
    state.refusal = readVarString(decoder)
    if (state.refusalReason !== LOCKED) return
    // The rest goes on in another room (set-aside.ts). What this one sent again once the cell is open would be half of an edit.
    provider.disconnect()
    options.onLocked?.()
  }
  provider.messageHandlers[MESSAGE.rights] = (_encoder, decoder) => {
    state.rights = readRights(readVarUint(decoder))
    state.canEdit = state.rights.canEdit
    state.refusal = null
    if (state.canEdit) keepCopy()
  }
  provider.on('status', ({ status }) => {
    state.isConnected = status === 'connected'
    if (!state.isConnected) writer?.flush()
  })
  provider.on('sync', (isSynced) => {
    state.isSynced = isSynced
    state.hasSynced ||= isSynced
  })
  provider.on('closed', ({ code }) => void (state.ended = endingOf(code)))
  if (options.brought !== undefined) {
    Y.applyUpdate(doc, options.brought.state, options.brought)
    for (const id of options.brought.cells) touched.add(id)
    state.hasEarlier = true
  }
  if (options.canEdit) keepCopy()
  tuneProvider(provider)
  const stopWatching = watchNetwork((isOnline) => void (state.isOnline = isOnline))
  const stopWaiting = behindCopy(copy, () => provider.connect())

  return {
    notebookId: options.notebookId,
    doc,
    awareness: provider.awareness,
    get status() {
      return statusOf(state)
    },
    get unsaved() {
      return state.unsaved
    },
    get knownUnsaved() {
      if (!state.hasBrought) return state.unsaved
      return state.hasEarlier ? 'some' : state.unsaved - 1
    },
    get isLoaded() {
      return state.hasSynced || state.hasCopy
    },
    get isKept() {
      return state.isKept
    },
    get hasLostCopy() {
      return state.hasLostCopy
    },
    get rights() {
      return state.rights
    },
    get canEdit() {
      return state.canEdit && state.ended === null && state.refusal === null
    },
    get refusal() {
      return refusalOf(state)
    },
    get ended() {
      return state.ended
    },
    get conflict() {
      return state.ended?.reason === 'epoch-conflict' ? { unsaved: state.unsaved } : null
    },
    get stranded() {
      return strandedOf(state)
    },
    editedCells: touched,
    forgetCopy: async () => {
      if (copy !== null) await forgetLocalCopy(copy)
    },
    readCopy: async () => {
      if (copy !== null) await readOn(copy)
    },
    refillCopy: async ({ state, cells }) => {
      if (copy !== null) await refillCopy(copy, state, cells, note?.keys() ?? [])
    },
    close: () => {
      stopWatching()
      stopWaiting()
      clearTimeout(copyTimer)
      note?.stop()
      persisting.saved()
      writer?.stop()
      provider.destroy()
      doc.destroy()
    },
  }
}

/**
 * Connects behind the copy: what that brings to an open socket would go up as one change, the whole notebook of it, and
 * a large one be refused. Returns how to stop waiting.
 */
function behindCopy(copy: IndexeddbPersistence | null, connect: () => void): () => void {
  let isWaiting = true
  const begin = (): void => {
    if (isWaiting) connect()
    isWaiting = false
  }
  const late = setTimeout(begin, COPY_READ_WITHIN_MS)
  if (copy === null) begin()
  else {
    copy.once('synced', begin)
    // A browser that keeps nothing says so at once.
    void copy._db?.catch(begin)
  }
  return () => {
    isWaiting = false
    clearTimeout(late)
  }
}

function watchNetwork(onChange: (isOnline: boolean) => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const online = (): void => onChange(true)
  const offline = (): void => onChange(false)
  window.addEventListener('online', online)
  window.addEventListener('offline', offline)
  return () => {
    window.removeEventListener('online', online)
    window.removeEventListener('offline', offline)
  }
}
