/** B2, F14: how much one change may hold. What people bring home after long work offline is let in, what only an attacker writes is not. */
import { writeVarUint } from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodePieces } from '#lib/document/encode-pieces.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { CHANGE_MAX_PIECES, STATE_MAX_PIECES } from '#lib/domain/room.ts'
import { readLargeUpdate, readSmallUpdate, readStrangersUpdate } from '#server/rooms/read-update.ts'
import { below, seeded } from '../../support/chance.ts'
import { editingTrace } from '../../support/editing-trace.ts'
import { everySecondDeleted } from '../../support/every-second-deleted.ts'

const CELL = 'c' as CellId
const textOf = (doc: Y.Doc): Y.Text => cellText(doc, CELL)!

function notebook(source = ''): Y.Doc {
  const doc = new Y.Doc()
  insertCell(doc, { id: CELL, kind: 'python', source }, 'end')
  return doc
}
const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
/** What a client sends that changed a copy of the room's document while it was away. */
function brought(room: Y.Doc, change: (doc: Y.Doc) => void): Uint8Array {
  const away = copyOf(room)
  change(away)
  return Y.encodeStateAsUpdate(away, Y.encodeStateVector(room))
}
function typedFor(strokes: Iterable<{ at: number; insert?: string }>): Y.Doc {
  const doc = notebook()
  for (const { at, insert } of strokes) insert === undefined ? textOf(doc).delete(at, 1) : textOf(doc).insert(at, insert)
  return doc
}

describe('F14 what honest people bring', () => {
  it.each<[string, () => [Y.Doc, Uint8Array]]>([
    ['20 000 edits at scattered places, made offline', () => {
      const room = notebook('lorem ipsum dolor sit amet '.repeat(4_000))
      const random = seeded(14)
      return [room, brought(room, (doc) => {
        const text = textOf(doc)
        for (let i = 0; i < 20_000; i += 1) i % 3 === 0 ? text.delete(below(random, text.length - 5), 3) : text.insert(below(random, text.length), 'word')
      })]
    }],
    ['a word replaced at 10 000 places', () => {
      const room = notebook('ab cd '.repeat(10_000))
      return [room, brought(room, (doc) => doc.transact(() => {
        for (let at = 59_994; at >= 0; at -= 6) {
          textOf(doc).delete(at, 2)
          textOf(doc).insert(at, 'xy')
        }
      }))]
    }],
    ['a thousand pasted cells', () => {
      const room = notebook()
      return [room, brought(room, (doc) => doc.transact(() => {
        for (let i = 0; i < 1_000; i += 1) insertCell(doc, { id: `n${i}` as CellId, kind: 'sql', source: `select ${i}` }, 'end')
      }))]
    }],
    ['a paste of 5 MB', () => {
      const room = notebook()
      return [room, brought(room, (doc) => textOf(doc).insert(0, 'long line of text\n'.repeat(300_000)))]
    }],
    ['a whole notebook of 260 000 edits, into one that lost it', () => [notebook(), Y.encodeStateAsUpdate(typedFor(editingTrace()))]],
  ])('%s is let in', (_what, make) => {
    expect(readStrangersUpdate(...make()).kind).toBe('sound')
  }, 30_000)

  it('a whole state with more deletions than a change may have is let in where they are known already', () => {
    const room = notebook('x'.repeat(4 * CHANGE_MAX_PIECES))
    textOf(room).delete(0, textOf(room).length)
    const [author = 0] = [...room.store.clients.keys()]
    const state = everySecondDeleted(author, 2 * CHANGE_MAX_PIECES)
    expect(readStrangersUpdate(room, state).kind).toBe('sound')
    expect(readStrangersUpdate(notebook(), state).kind).toBe('too-many')
  })
})

describe('B2 what nobody types', () => {
  it.each([[CHANGE_MAX_PIECES, 'sound'], [CHANGE_MAX_PIECES + 1, 'too-many'], [200_000, 'too-many'], [2_000_000, 'too-many']] as const)('%i separate deletions in one change: %s', (count, kind) => {
    const room = notebook('x'.repeat(2 * count))
    const [author = 0] = [...room.store.clients.keys()]
    expect(readStrangersUpdate(room, everySecondDeleted(author, count)).kind).toBe(kind)
  })

  it('deletions that begin with what is deleted and go on are counted too', () => {
    const count = CHANGE_MAX_PIECES + 1
    const room = new Y.Doc()
    room.getText('t').insert(0, 'x'.repeat(3 * count))
    const deletions = (len: number) => encodePieces([], Array.from({ length: count }, (_, i) => ({ client: room.clientID, clock: 3 * i, len })))
    Y.applyUpdate(room, deletions(1))
    expect([readStrangersUpdate(room, deletions(1)).kind, readStrangersUpdate(room, deletions(2)).kind]).toEqual(['sound', 'too-many'])
  }, 30_000)

  it('authors without a piece are counted like pieces: Yjs puts them in order all the same', () => {
    const authors = (count: number): Uint8Array => {
      const encoder = new Y.UpdateEncoderV1()
      const write = (...numbers: number[]) => numbers.forEach((number) => writeVarUint(encoder.restEncoder, number))
      write(count)
      for (let client = 0; client < count; client += 1) write(0, client, 0)
      write(count)
      for (let client = 0; client < count; client += 1) write(client, 0)
      return encoder.toUint8Array()
    }
    expect([authors(400), authors(600)].map((update) => readSmallUpdate(update).kind)).toEqual(['sound', 'too-many'])
    expect([authors(600), authors(200_000)].map((update) => readLargeUpdate(update).kind)).toEqual(['sound', 'too-many'])
  })

  it('two million are not even read to their end', () => {
    const update = everySecondDeleted(77, 2_000_000)
    expect(update.byteLength).toBeGreaterThan(STATE_MAX_PIECES * 4)
    const timesOf = (read: () => unknown): number => Math.min(...[1, 2, 3].map(() => {
      const began = performance.now()
      read()
      return performance.now() - began
    }))
    expect(timesOf(() => readStrangersUpdate(new Y.Doc(), update))).toBeLessThan(timesOf(() => Y.decodeUpdate(update)) / 2)
  })
})
