/**
 * Room: one live document and the sockets on it. A change is applied, told to everybody at once, queued for Postgres,
 * and acknowledged when committed. What other processes send ahead of their commit, or commit, is told likewise.
 */
import { randomUUID } from 'node:crypto'
import * as Y from 'yjs'
import type { DecodedUpdate } from '#lib/document/touches-locks.ts'
import { CLOSE } from '#lib/domain/close-codes.ts'
import { documentOf } from '../notebooks/document-of.ts'
import { BEFORE_EVERYTHING, countUpdates, readHead, readPieces, type DocumentHead, type LoggedRows, type NewUpdate } from '../notebooks/document-store.ts'
import { applyStored } from './apply-parts.ts'
import { applyUpdate } from './apply-update.ts'
import { clientsNamedBy, clientsTouchedBy } from './clients-of.ts'
import type { Connection } from './connection.ts'
import type { Cut, Cutter } from './cutter.ts'
import type { GroupCommit } from './group-commit.ts'
import { inTime } from './in-time.ts'
import { createKnownRows } from './known-rows.ts'
import { createHeardUpdates } from './heard-updates.ts'
import { createJournal, type Journal, type JournalEnd } from './persistence.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPresence, type Presence } from './presence.ts'
import { awarenessFrame, updateFrame } from './protocol.ts'
import type { RoomVisitor } from './rooms.ts'
import { createSentUpdates, type SentRange } from './sent-updates.ts'
import type { Turn } from './turn.ts'
import { createUpkeep, type Upkeep, type UpkeepPort } from './upkeep.ts'

export interface RoomPort extends UpkeepPort {
  turn: Turn
  commits: GroupCommit
  cutter: Cutter
  takeOverMs: number
  /** Sends a change to other processes ahead of its commit; false when they will have to read it. */
  sendAhead: (room: Room, seq: number, change: Uint8Array, userId: string | null) => boolean
  /** Tells other processes that updates up to `lastId` are committed, `range` of those that went ahead among them. */
  tellCommitted: (room: Room, lastId: number, range: SentRange) => void
  /** Tells other processes which rows are about to become a snapshot. */
  tellLog: (room: Room, log: LoggedRows) => void
  spreadPresence: (room: Room, presence: Uint8Array) => void
  /** Someone without the right sent a change. */
  onRefused: (room: Room, visitor: RoomVisitor) => void
  /** The room is over and must not be handed out any more. */
  onOver: (room: Room) => void
}

/** What another process sent ahead and does not say to be committed after this time, we commit. */
export const TAKE_OVER_MS = 3_000
/** Where nothing is missing, reading what others committed only moves the mark from which to read. */
const LOOK_AFTER_MS = 200
/** Of each person, in a minute: whoever is refused may come again and again, and the audit is never cut. */
const REFUSALS_TOLD = { times: 5, withinMs: 60_000 }

export class Room {
  /** Names this loading of the notebook to other processes. */
  readonly stream = randomUUID().slice(0, 8)
  readonly head: DocumentHead
  readonly doc: Y.Doc
  readonly presence: Presence = createPresence()
  readonly openedAt = Date.now()
  readonly connections = new Set<Connection>()
  readonly #outbox: Outbox
  readonly journal: Journal
  isOver = false
  idleSince: number | null = Date.now()
  /** Visits without a socket (an edit, a read): the room stays while there is one. */
  visits = 0
  readonly #port: RoomPort
  #seenId: number
  #catchingUp: Promise<void> | null = null
  #isFailing = false
  readonly #upkeep: Upkeep
  /** What others are told after the commit only. */
  #late: { position: number; change: Uint8Array; from: Connection | null }[] = []
  readonly #refusedAt = new Map<string, number[]>()
  readonly #sent = createSentUpdates()
  readonly #heard = createHeardUpdates()
  readonly #known = createKnownRows()
  #takeOverTimer: ReturnType<typeof setTimeout> | null = null
  #lookTimer: ReturnType<typeof setTimeout> | null = null

  constructor(port: RoomPort, head: DocumentHead, doc: Y.Doc, seenId: number, rows: number) {
    this.#port = port
    const restart = (error: unknown): void => this.restart(error)
    this.#outbox = createOutbox(port.turn, this.connections, restart)
    this.head = head
    this.doc = doc
    this.#seenId = seenId
    this.journal = createJournal({
      write: (updates) => this.#write(updates),
      begin: (work) => port.turn.later('store', work, restart),
      onCommitted: (lastId, count) => this.#onCommitted(lastId, count),
      onFailing: (error) => this.#onFailing(error),
      onEnd: (why, error) => void this.#onJournalEnd(why, error),
    })
    this.#upkeep = createUpkeep(port, head.notebookId, doc, rows, (log) => {
      this.hearLog(log)
      port.tellLog(this, log)
    })
  }

  get seenId(): number {
    return this.#seenId
  }

  /**
   * A change that is in the document already, and what it builds upon is covered: tell and store it. What only owners
   * may change is told after the commit: else an editor could be the one who brings it back after a crash, and would be
   * refused for it.
   */
  accept(change: Uint8Array, userId: string | null, from: Connection | null, isForOwners = false): void {
    if (!isForOwners) this.broadcast(updateFrame(change), from)
    const isSent = !isForOwners && this.#port.sendAhead(this, this.#sent.next, change, userId)
    this.journal.append(change, userId)
    this.#sent.note(this.journal.appended, isSent)
    if (isForOwners) this.#late.push({ position: this.journal.appended, change, from })
  }

  /**
   * The position with which everything in the document is stored: what others sent ahead and have not said to be
   * committed is queued too. With an update: everything that this one builds upon or repeats.
   */
  cover(update?: DecodedUpdate): number {
    const isNeeded = update === undefined || (!this.#heard.isEmpty && this.#heard.isNeededBy(clientsNamedBy(update)))
    if (isNeeded) for (const heard of this.#heard.take()) this.journal.append(heard.update, heard.userId)
    return this.journal.appended
  }

  /** Everything in the document is stored. */
  get isStored(): boolean {
    return this.#heard.isEmpty && this.journal.committed === this.journal.appended
  }

  /** A change that another process sent ahead of its commit. */
  hear(stream: string, seq: number, { update, userId }: NewUpdate): void {
    if (this.isOver) return
    const applied = applyUpdate(this.doc, update)
    if (applied.kind !== 'applied') return this.restart(applied.kind === 'broken' ? applied.error : new Error('Another process sent a malformed update.'))
    for (const change of applied.changes) this.broadcast(updateFrame(change), null)
    this.#heard.hear({ stream, seq, changes: applied.changes.map((change) => ({ update: change, userId })), touches: clientsTouchedBy(applied.decoded), isWhole: !applied.isIncomplete, at: Date.now() })
    this.#takeOverTimer ??= setTimeout(() => this.#takeOver(), this.#port.takeOverMs)
  }

  /** Another process says that these are committed. False when that is more than was heard. */
  heardCommitted(stream: string, range: Omit<SentRange, 'rows'>): boolean {
    return this.#heard.committed(stream, range) && range.isAllSent
  }

  /** Another process committed a batch that ends with this id, and we have all that is in so many rows of it: a look without haste. */
  lookSoon(lastId: number, rows: number): void {
    this.#known.note(lastId, rows, false)
    this.#lookWithoutHaste()
  }

  /** Somebody is about to put a snapshot in the place of these rows. Where some are not known, one of them may just be on its way. */
  hearLog(log: LoggedRows): void {
    if (this.isOver) return
    this.#known.noteLog(log)
    this.#pass()
    if ((log.ids.at(-1) ?? 0) > this.#seenId) this.#lookWithoutHaste()
  }

  /** At the end of this turn. */
  broadcast(message: Uint8Array, except: Connection | null): void {
    this.#outbox.add(message, except)
  }

  spreadPresence(presence: Uint8Array, from: Connection | null): void {
    this.broadcast(awarenessFrame(presence), from)
    this.#port.spreadPresence(this, presence)
  }

  /** Cuts updates that are too large for one turn. */
  cut(updates: Uint8Array[]): Promise<Cut> {
    return this.#port.cutter.cut(updates)
  }

  reportRefusal(visitor: RoomVisitor): void {
    const who = visitor.userId ?? visitor.shareId ?? ''
    const now = Date.now()
    const lately = (this.#refusedAt.get(who) ?? []).filter((at) => now - at < REFUSALS_TOLD.withinMs)
    if (lately.length >= REFUSALS_TOLD.times) return
    this.#refusedAt.set(who, [...lately, now])
    this.#port.onRefused(this, visitor)
  }

  enter(connection: Connection): void {
    this.connections.add(connection)
    this.idleSince = null
  }

  leave(connection: Connection): void {
    if (!this.connections.delete(connection)) return
    const gone = this.presence.leave(connection)
    if (gone !== null) this.spreadPresence(gone, null)
    if (this.connections.size === 0) this.idleSince = Date.now()
  }

  /** An edit by the server itself; it may be an owner's in a locked cell. */
  async edit(userId: string | null, change: (doc: Y.Doc) => void): Promise<void> {
    const changes: Uint8Array[] = []
    const onUpdate = (update: Uint8Array): void => void changes.push(update)
    this.cover()
    this.doc.on('update', onUpdate)
    try {
      this.doc.transact(() => change(this.doc), 'server')
    } finally {
      this.doc.off('update', onUpdate)
      for (const update of changes) this.accept(update, userId, null, true)
    }
    await this.journal.settled()
  }

  /**
   * Applies what others committed since the last look. One look at a time; a call during one is answered by the next.
   * A quiet one reads only what is not known to be here.
   */
  catchUp(isQuiet = false): Promise<void> {
    const before = this.#catchingUp ?? Promise.resolve()
    const look = before.catch(() => {}).then(async () => {
      this.#pass()
      if (!isQuiet || !(await this.#isKnown())) await this.#look()
    }).finally(() => {
      if (this.#catchingUp === look) this.#catchingUp = null
    })
    this.#catchingUp = look
    return look
  }

  /** Closes every socket and forgets the document; what is not acknowledged comes again from the clients. */
  end(code: number, reason: string): void {
    if (this.isOver) return
    this.isOver = true
    this.#port.onOver(this)
    this.#outbox.flush()
    for (const connection of this.connections) connection.close(code, reason)
    this.journal.end()
    this.#upkeep.stop()
    for (const timer of [this.#takeOverTimer, this.#lookTimer]) if (timer !== null) clearTimeout(timer)
    this.doc.destroy()
  }

  /** The document in memory cannot be trusted any more: everybody comes back to one that is loaded from the store. */
  restart(error: unknown): void {
    this.#port.log.error({ err: error, notebookId: this.head.notebookId }, 'a room is loaded anew after a broken update')
    this.end(CLOSE.restarting, 'Loading the notebook anew')
  }

  /** Forgets an idle document and leaves one snapshot of it. */
  async unload(): Promise<void> {
    const finished = this.#upkeep.finish()
    this.end(CLOSE.restarting, 'Idle')
    await finished
  }

  async #look(): Promise<void> {
    if (this.isOver) return
    const { pieces, lastId, rows } = await inTime(readPieces(this.#port.sql, this.head.notebookId, this.head.epoch, this.#seenId))
    const end = await applyStored(this.doc, pieces, (piece) => this.cut([piece]), () => this.isOver, ({ changes }) => {
      for (const change of changes) this.broadcast(updateFrame(change), null)
    })
    if (end.kind === 'over') return
    if (end.kind !== 'done') return this.restart(end.kind === 'broken' ? end.error : new Error('A stored update is malformed.'))
    this.#saw(lastId, rows)
  }

  #lookWithoutHaste(): void {
    this.#lookTimer ??= setTimeout(() => {
      this.#lookTimer = null
      this.catchUp(true).catch((error: unknown) => this.#port.log.warn({ err: error, notebookId: this.head.notebookId }, 'could not read what others wrote'))
    }, LOOK_AFTER_MS)
  }

  /**
   * Moves the mark over rows that a snapshot swallows, without reading it. It holds nothing more: what was told are all rows from the
   * mark to its end, for ever, and each known batch is of other rows among them; so where the counts agree, every one is in the document.
   */
  #pass(): void {
    for (let passed = this.#known.passable(this.#seenId); passed !== null; passed = this.#known.passable(this.#seenId)) this.#saw(passed.lastId, passed.rows)
  }

  /** Whether there is nothing behind the mark but what is in the document; then the mark moves. */
  async #isKnown(): Promise<boolean> {
    const upTo = this.#known.newest
    if (this.isOver || upTo <= this.#seenId) return false
    const expected = this.#known.countAfter(this.#seenId)
    const rows = await inTime(countUpdates(this.#port.sql, this.head, this.#seenId, upTo))
    if (rows !== expected || this.isOver) return false
    this.#saw(upTo, rows)
    return true
  }

  #saw(lastId: number, rows: number): void {
    this.#seenId = Math.max(this.#seenId, lastId)
    // Our own were counted when they were committed.
    this.#upkeep.count(Math.max(0, rows - this.#known.forget(this.#seenId)))
  }

  async #write(updates: NewUpdate[]): Promise<number | null> {
    if (this.#upkeep.isFullWith(updates.length)) await this.#upkeep.makeSpace()
    return this.#port.commits.write(this.head.notebookId, this.head.epoch, updates)
  }

  #onCommitted(lastId: number, count: number): void {
    if (this.#isFailing) this.#port.log.info({ notebookId: this.head.notebookId }, 'edits are stored again')
    this.#isFailing = false
    this.#upkeep.count(count)
    const due = this.#late.filter(({ position }) => position <= this.journal.committed)
    this.#late = this.#late.slice(due.length)
    for (const { change, from } of due) this.broadcast(updateFrame(change), from)
    if (lastId > this.#seenId) this.#known.note(lastId, count, true)
    for (const connection of this.connections) connection.acknowledge()
    this.#port.tellCommitted(this, lastId, this.#sent.committed(this.journal.committed))
    this.#upkeep.edited()
  }

  #takeOver(): void {
    this.#takeOverTimer = null
    const { oldestAt } = this.#heard
    if (oldestAt === null || this.isOver) return
    const wait = oldestAt + this.#port.takeOverMs - Date.now()
    if (wait <= 0) this.cover()
    else this.#takeOverTimer = setTimeout(() => this.#takeOver(), wait)
  }

  #onFailing(error: unknown): void {
    if (!this.#isFailing) this.#port.log.warn({ err: error, notebookId: this.head.notebookId }, 'edits cannot be stored, trying again')
    this.#isFailing = true
  }

  async #onJournalEnd(why: JournalEnd, error: unknown): Promise<void> {
    if (why === 'full') return this.end(CLOSE.tryLater, 'The database is away for too long')
    if (why === 'refused') return this.restart(error)
    const head = await readHead(this.#port.sql, this.head.notebookId).catch(() => null)
    if (head === null) this.end(CLOSE.notFound, 'The notebook is gone')
    else this.end(CLOSE.epochConflict, `epoch ${head.epoch}`)
  }
}

/** Null when there is no such notebook. */
export async function loadRoom(port: RoomPort, notebookId: DocumentHead['notebookId']): Promise<Room | null> {
  const head = await readHead(port.sql, notebookId)
  if (head === null) return null
  const { pieces, lastId, rows } = await readPieces(port.sql, notebookId, head.epoch, BEFORE_EVERYTHING)
  return new Room(port, head, documentOf(pieces), lastId, rows)
}
