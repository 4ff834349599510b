/**
 * Connection: one socket in a room. Reads its frames, holds its updates to its rights, and tells it what is saved. A
 * message that lacks pieces waits for the socket's whole state (SyncStep2), which the server asks for.
 */
import type { WebSocket } from 'ws'
import * as Y from 'yjs'
import { touchesLocks } from '#lib/document/touches-locks.ts'
import { CLOSE } from '#lib/domain/close-codes.ts'
import { CHANGE_MAX_PIECES, UPDATE_MAX_BYTES, writeRights, type RoomPerson } from '#lib/domain/room.ts'
import { createAcknowledgements } from './acknowledgements.ts'
import { applyParts } from './apply-parts.ts'
import { applyUpdate, type Applied, type Guard } from './apply-update.ts'
import { isFarReaching } from '../notebooks/cut-update.ts'
import { createPresenceEar, type PresenceEar } from './hear-presence.ts'
import { awarenessFrame, decodeMessage, refusedFrame, rightsFrame, savedFrame, step1Frame, step2Frame, type ClientMessage, type PresenceUpdate } from './protocol.ts'
import { readSmallUpdate } from './read-update.ts'
import type { Room } from './room.ts'
import type { RoomVisitor } from './rooms.ts'

/** A client that reads so slowly that this much waits for it is cut off; it comes back and syncs. */
const SEND_BUFFER_BYTES = 8 * 1024 * 1024
/** Updates with gaps that wait for the rest. */
const HELD_BYTES = 1024 * 1024
/** A client asks for all there is when it comes. Each answer is the whole document, made at once. */
const QUESTIONS_MAX = 10
const QUESTIONS_WITHIN_MS = 10_000
/**
 * A question names each visit that ever wrote here, in at most so many bytes, and a few that the room has not heard of. It is read
 * at once: a longer one is an attack. Years of visits are none.
 */
const VISIT_BYTES = 16
const UNHEARD_BYTES = 16 * 1024

/** A room that was just opened hears first whom other processes have in it: their colours are not free. */
const OTHERS_TELL_WITHIN_MS = 50

/** Not in the package's types: its author's way to send one frame to many without framing it for each. */
interface FrameSocket {
  _sender: { sendFrame: (list: Buffer[]) => void }
}

export class Connection {
  visitor: RoomVisitor
  isAlive = true
  readonly #socket: WebSocket
  readonly #room: Room
  readonly #person: RoomPerson
  readonly #saved = createAcknowledgements()
  readonly #ear: PresenceEar
  #held: Uint8Array[] = []
  #heldBytes = 0
  #allowance = SEND_BUFFER_BYTES
  /** A large document is on its way. */
  #isFilling = false
  #questions: number[] = []
  /** It tried to change a locked cell. Its document holds what ours will never have, so nothing later fits. */
  #isAdrift = false
  #isForOwners = false
  #isBusy = false
  /** What had been read from the line already when it was paused. */
  readonly #frames: { data: Buffer; isBinary: boolean }[] = []

  constructor(room: Room, socket: WebSocket, visitor: RoomVisitor) {
    this.#room = room
    this.#socket = socket
    this.visitor = visitor
    this.#person = personOf(visitor)
    this.#ear = createPresenceEar((update) => this.#onState(update), room.openedAt + OTHERS_TELL_WITHIN_MS)
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#onFrame(data, isBinary))
    socket.on('pong', () => void (this.isAlive = true))
    socket.on('close', () => this.#onClose())
    this.send(rightsFrame(visitor))
    if (visitor.canEdit) this.#askForState()
    const everybody = room.presence.all()
    if (everybody !== null) this.send(awarenessFrame(everybody))
  }

  send(message: Uint8Array): void {
    if (this.#isWritable()) this.#socket.send(message)
  }

  /** Whole frames, made once for everybody (`framed`). */
  write(frames: Buffer): void {
    if (frames.byteLength > 0 && this.#isWritable()) (this.#socket as unknown as FrameSocket)._sender.sendFrame([frames])
  }

  #isWritable(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false
    if (this.#isFilling && this.#socket.bufferedAmount <= SEND_BUFFER_BYTES) {
      this.#allowance = SEND_BUFFER_BYTES
      this.#isFilling = false
    }
    if (this.#socket.bufferedAmount <= this.#allowance) return true
    this.#socket.terminate()
    return false
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  /** Every few seconds: an unanswered ping ends the socket; the count is a sign of life that a page can see. */
  beat(): void {
    // Its answers are not read while a large change of its own is joined.
    if (!this.#isBusy) {
      if (!this.isAlive) return this.#socket.terminate()
      this.isAlive = false
      this.#socket.ping()
    }
    if (!this.#saved.isSilent) this.send(savedFrame(this.#saved.count))
  }

  /** Tells how many messages are saved now, if more than before. */
  acknowledge(): void {
    if (this.#saved.advance(this.#room.journal.committed)) this.send(savedFrame(this.#saved.count))
  }

  /** Rights as they are now. After a refusal the counts no longer match, so the client begins a new socket. */
  allow(visitor: RoomVisitor): void {
    const mayNow = visitor.canEdit && !this.visitor.canEdit
    const isChanged = writeRights(visitor) !== writeRights(this.visitor)
    this.visitor = visitor
    if (!isChanged) return
    if (this.#saved.isSilent) return this.close(CLOSE.restarting, 'Your role changed')
    this.send(rightsFrame(visitor))
    if (mayNow) this.#askForState()
  }

  #onFrame(data: Buffer, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#isBusy) return void this.#frames.push({ data, isBinary })
    if (!isBinary) return this.close(CLOSE.badFrame, 'Text is not part of this protocol')
    const message = decodeMessage(data)
    if (message.kind === 'malformed') return this.close(CLOSE.badFrame, 'Malformed message')
    if (message.kind === 'unknown') return this.close(CLOSE.protocol, 'Unknown message')
    this.#handle(message)
  }

  #handle(message: ClientMessage): void {
    switch (message.kind) {
      case 'step1': return this.#answer(message.stateVector)
      case 'step2': return this.#take(message.update, true)
      case 'update': return this.#take(message.update, false)
      case 'awareness': return this.#ear.hear(message.updates)
      case 'query-awareness': {
        const everybody = this.#room.presence.all()
        if (everybody !== null) this.send(awarenessFrame(everybody))
      }
    }
  }

  #answer(stateVector: Uint8Array): void {
    const now = Date.now()
    this.#questions = [...this.#questions.filter((at) => now - at < QUESTIONS_WITHIN_MS), now]
    if (this.#questions.length > QUESTIONS_MAX) return this.close(CLOSE.protocol, 'Too many questions at once')
    if (stateVector.byteLength > UNHEARD_BYTES + this.#room.doc.store.clients.size * VISIT_BYTES) return this.close(CLOSE.badFrame, 'Malformed state vector')
    let update: Uint8Array
    try {
      update = Y.encodeStateAsUpdate(this.#room.doc, stateVector)
    } catch {
      return this.close(CLOSE.badFrame, 'Malformed state vector')
    }
    const frame = step2Frame(update)
    this.send(frame)
    // A large document is no sign of a slow reader.
    this.#allowance = SEND_BUFFER_BYTES + frame.byteLength
    this.#isFilling = true
  }

  #take(update: Uint8Array, isWhole: boolean): void {
    if (!this.visitor.canEdit) return this.#refuseStranger()
    if (this.#isAdrift) return this.#refuseLocked()
    if (update.byteLength > UPDATE_MAX_BYTES) return this.#refuseSize(`A change may have at most ${UPDATE_MAX_BYTES / 1024 / 1024} MB.`)
    const read = readSmallUpdate(update)
    const isLarge = read.kind === 'too-many'
    if (isLarge || (read.kind === 'sound' && isFarReaching(this.#room.doc, read.decoded))) {
      return this.#inTurns(async () => this.#settle(update, isWhole, await (isLarge ? this.#applyLarge([update]) : this.#applyParts([update]))))
    }
    const isComplete = this.#onApplied(applyUpdate(this.#room.doc, update, this.#guard, read))
    if (isWhole && this.#held.length > 0) return this.#inTurns(() => this.#settle(update, isWhole, isComplete))
    this.#settleNow(update, isWhole, isComplete)
  }

  /** The client has sent all it has: what waited is joined now, and what still has no ground is dropped, nobody could ever see it. */
  async #settle(update: Uint8Array, isWhole: boolean, isComplete: boolean | null): Promise<void> {
    if (isWhole && isComplete !== null && this.#held.length > 0) await this.#applyLarge(this.#held)
    this.#settleNow(update, isWhole, isComplete)
  }

  #settleNow(update: Uint8Array, isWhole: boolean, isComplete: boolean | null): void {
    if (isComplete === null) return
    if (isWhole) {
      this.#held = []
      this.#heldBytes = 0
      this.#saved.settle(this.#room.cover())
    } else if (!isComplete && !this.#hold(update)) return
    this.#saved.expect(isWhole ? this.#room.cover() : isComplete ? this.#room.journal.appended : null)
    this.acknowledge()
  }

  /** Work that takes more than a turn; what the socket sends meanwhile waits. */
  #inTurns(work: () => Promise<void>): void {
    this.#isBusy = true
    this.#room.visits += 1
    this.#socket.pause()
    void work().catch(() => this.close(CLOSE.tryLater, 'The change could not be read')).finally(() => {
      this.#isBusy = false
      this.isAlive = true
      this.#room.visits -= 1
      while (this.#frames.length > 0 && !this.#isBusy) {
        const next = this.#frames.shift()
        if (next !== undefined) this.#onFrame(next.data, next.isBinary)
      }
      if (!this.#isBusy) this.#socket.resume()
    })
  }

  /** The same as `#onApplied` for what is too large for one turn. */
  async #applyLarge(updates: Uint8Array[]): Promise<boolean | null> {
    const cut = await this.#room.cut(updates)
    return cut.kind === 'sound' ? this.#applyParts(cut.parts) : this.#onApplied(cut)
  }

  async #applyParts(parts: Uint8Array[]): Promise<boolean | null> {
    const applied = await applyParts(this.#room.doc, parts, this.#guard, () => this.#room.isOver, (part) => void this.#onApplied(part))
    if (applied.kind === 'over') return null
    // Parts that were here already may be known from others who have not stored them.
    this.#room.cover()
    return applied.kind === 'applied' ? !applied.isIncomplete : this.#onApplied(applied)
  }

  readonly #guard: Guard = (decoded) => {
    this.#isForOwners = touchesLocks(this.#room.doc, decoded)
    return !this.#isForOwners || this.visitor.canLock
  }

  /** Whether every piece fitted; null when the socket is closed for it. */
  #onApplied(applied: Applied): boolean | null {
    if (applied.kind === 'forbidden') {
      this.#refuseLocked()
      return null
    }
    if (applied.kind === 'too-many') {
      this.#refuseSize(`A change may have at most ${CHANGE_MAX_PIECES.toLocaleString('en')} separate pieces.`)
      return null
    }
    if (applied.kind === 'malformed') {
      this.close(CLOSE.badFrame, 'Malformed update')
      return null
    }
    if (applied.kind === 'broken') {
      this.close(CLOSE.badFrame, 'Update cannot be joined')
      this.#room.restart(applied.error)
      return null
    }
    this.#room.cover(applied.decoded)
    for (const change of applied.changes) this.#room.accept(change, this.visitor.userId, this, this.#isForOwners)
    return !applied.isIncomplete
  }

  #hold(update: Uint8Array): boolean {
    this.#heldBytes += update.byteLength
    if (this.#heldBytes > HELD_BYTES) {
      this.#held = []
      this.close(CLOSE.protocol, 'Too many changes without what they build on')
      return false
    }
    this.#held.push(update)
    if (this.#held.length === 1) this.#askForState()
    return true
  }

  #refuseStranger(): void {
    if (!this.#saved.isSilent) this.#room.reportRefusal(this.visitor)
    this.#refuse('not-allowed', 'You can read this notebook but not change it.')
  }

  #refuseLocked(): void {
    if (!this.#saved.isSilent) this.#room.reportRefusal(this.visitor)
    this.#isAdrift = true
    this.#refuse('cell-locked', 'A cell that you changed is locked. Only an owner of the workspace can change or unlock it.')
  }

  #refuseSize(sentence: string): void {
    this.#refuse('too-large', sentence)
    this.close(CLOSE.tooLarge, sentence)
  }

  #refuse(reason: string, sentence: string): void {
    this.#saved.silence()
    this.send(refusedFrame(reason, sentence))
  }

  #askForState(): void {
    this.send(step1Frame(Y.encodeStateVector(this.#room.doc)))
  }

  #onState(update: PresenceUpdate): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    const told = this.#room.presence.tell(this, this.#person, update, Date.now())
    if (told !== null) this.#room.spreadPresence(told, this)
  }

  #onClose(): void {
    this.#ear.close()
    this.#held = []
    this.#room.leave(this)
  }
}

/** Guests have no id of their own: what sets them apart for others sets them apart here. */
function personOf({ userId, name, color }: RoomVisitor): RoomPerson {
  return { id: userId ?? `guest:${name}:${color}`, name, color, isGuest: userId === null }
}
