/** L4, F2: what a long-edited notebook costs to keep and to open, and that the log to replay stays short whatever happens. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { compactDocument } from '#server/notebooks/compact-document.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { appendUpdates, BEFORE_EVERYTHING, readPieces, type NewUpdate } from '#server/notebooks/document-store.ts'
import { asUpdate, encodeSnapshot } from '#server/notebooks/snapshot-encoding.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { editingTrace, FINAL_LENGTH } from '../../support/editing-trace.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomProcess } from '../../support/room-process.ts'
import { startRoomServer } from '../../support/room-server.ts'

const LOG_MAX = 500
/** Strokes that reach the server as one message, as from a fast typist on a slow line. */
const PER_MESSAGE = 25

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const logLength = async (notebookId: NotebookId): Promise<number> => (await database.sql`select count(*)::int as n from document_updates where notebook_id = ${notebookId}`)[0]?.n as number
const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? ''

/** Looks at the length of the log all the time; what it found. */
function watchLog(notebookId: NotebookId): { longest: () => number; stop: () => Promise<void> } {
  let longest = 0
  let isOver = false
  const look = (async () => {
    while (!isOver) {
      longest = Math.max(longest, await logLength(notebookId))
      await pause(2)
    }
  })()
  return { longest: () => longest, stop: async () => void ((isOver = true), await look) }
}

/** The first so many snapshots of a notebook cannot be written. Answers how many were tried, and how to be rid of it. */
async function failSnapshots(notebookId: NotebookId, times: number): Promise<{ tried: () => Promise<number>; stop: () => Promise<void> }> {
  // What a sequence has given stays given, also where the statement fails.
  await database.sql.unsafe(`
    create sequence snapshots_tried;
    create function fail_snapshot() returns trigger language plpgsql as $$
    begin
      if nextval('snapshots_tried') <= ${times} then raise exception 'No snapshot now.'; end if;
      return new;
    end $$;
    create trigger fail_snapshot before insert on document_snapshots for each row when (new.notebook_id = '${notebookId}') execute function fail_snapshot()`)
  return {
    tried: async () => Number((await database.sql`select case when is_called then last_value else 0 end as tried from snapshots_tried`)[0]?.tried),
    stop: async () => {
      await database.sql.unsafe('drop trigger fail_snapshot on document_snapshots; drop function fail_snapshot; drop sequence snapshots_tried')
    },
  }
}

describe('L4 a B4-like editing trace of 259 778 edits', () => {
  it('is stored in at most 250 kB after compaction and loads within 300 ms', async () => {
    const { notebookId } = await seedNotebook(database)
    const author = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
    const written = cellText(author, CELL)!
    let strokes: Uint8Array[] = []
    let messages: NewUpdate[] = []
    const send = async (isLast: boolean): Promise<void> => {
      if (strokes.length > 0) messages.push({ update: Y.mergeUpdates(strokes), userId: null })
      strokes = []
      if (messages.length < 400 && !isLast) return
      await appendUpdates(database.sql, notebookId, 1, messages.splice(0))
      expect(await logLength(notebookId)).toBeLessThanOrEqual(LOG_MAX)
      await compactDocument(database, notebookId, 1)
    }
    author.on('update', (update: Uint8Array) => void strokes.push(update))
    let count = 0
    for (const { at, insert } of editingTrace()) {
      if (insert === undefined) written.delete(at, 1)
      else written.insert(at, insert)
      count += 1
      if (strokes.length >= PER_MESSAGE) await send(false)
    }
    await send(true)
    expect([count, written.length]).toEqual([259_778, FINAL_LENGTH])

    const [row] = await database.sql`select octet_length(state) as bytes, encoding from document_snapshots where notebook_id = ${notebookId}`
    expect(row).toMatchObject({ encoding: 2 })
    expect(row?.bytes).toBeLessThanOrEqual(250_000)
    const times: number[] = []
    for (let i = 0; i < 5; i += 1) {
      const began = performance.now()
      const doc = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
      times.push(performance.now() - began)
      expect(cellText(doc, CELL)?.toString()).toBe(written.toString())
    }
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(300)
    console.info(`stored ${row?.bytes} bytes, cold load ${Math.round(times[2] ?? 0)} ms (median of 5)`)
  })
})

describe('a snapshot', () => {
  it('is the same document in either format', () => {
    const doc = new Y.Doc()
    const words = doc.getText()
    let strokes = 0
    for (const { at, insert } of editingTrace(7)) {
      if (insert === undefined) words.delete(at, 1)
      else words.insert(at, insert)
      if ((strokes += 1) > 5_000) break
    }
    doc.getMap('m').set('k', new Y.Map([['n', null], ['f', 1.5], ['b', true]]))
    expect(asUpdate(encodeSnapshot(doc))).toEqual(Y.encodeStateAsUpdate(doc))
    expect(asUpdate({ state: Y.encodeStateAsUpdate(doc), encoding: 1 })).toEqual(Y.encodeStateAsUpdate(doc))
    expect(() => asUpdate({ state: new Uint8Array(), encoding: 3 })).toThrow('format 3')
  })
})

describe('the log to replay', () => {
  it('L4 never passes 500 updates while four people type as hard as they can, over several compactions', async () => {
    const { notebookId } = await seedNotebook(database)
    const server = await startRoomServer({ databaseUrl: database.url })
    const rooms = ['ada', 'bob', 'eve', 'joe'].map((as) => connectPeer({ url: server.url, notebookId, as }))
    await until(() => rooms.every((room) => room.status === 'saved'), 'all in')
    const log = watchLog(notebookId)
    let typed = 0
    for (let round = 0; round < 60; round += 1) {
      for (const room of rooms) {
        for (let i = 0; i < 10; i += 1) {
          cellText(room.doc, CELL)?.insert(0, 'x')
          typed += 1
        }
      }
      await pause(5)
    }
    await until(() => rooms.every((room) => room.status === 'saved'), 'saved', 30_000)
    await log.stop()
    expect(log.longest()).toBeGreaterThan(100)
    expect(log.longest()).toBeLessThanOrEqual(LOG_MAX)
    await until(() => rooms.every((room) => text(room).length === typed), 'all have all')
    rooms.forEach((room) => room.close())
    await server.stop()
  })

  it('F8 stays below 500 over a compaction that fails while four people type, and the next try makes it short', async () => {
    const { notebookId } = await seedNotebook(database)
    const snapshots = await failSnapshots(notebookId, 1)
    const server = await startRoomServer({ databaseUrl: database.url })
    const rooms = ['ada', 'bob', 'eve', 'joe'].map((as) => connectPeer({ url: server.url, notebookId, as }))
    await until(() => rooms.every((room) => room.status === 'saved'), 'all in')
    const log = watchLog(notebookId)
    for (let round = 0; round < 40; round += 1) {
      for (const room of rooms) for (let i = 0; i < 5; i += 1) cellText(room.doc, CELL)?.insert(0, 'x')
      await pause(5)
    }
    await until(() => rooms.every((room) => room.status === 'saved'), 'saved', 30_000)
    await log.stop()
    expect(await snapshots.tried()).toBeGreaterThan(1)
    expect(log.longest()).toBeGreaterThan(300)
    expect(log.longest()).toBeLessThanOrEqual(LOG_MAX)
    const cold = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
    expect(cellText(cold, CELL)?.toString()).toBe('x'.repeat(800))
    rooms.forEach((room) => room.close())
    await server.stop()
    await snapshots.stop()
  })

  it('F8 is compacted also when nobody types any more, however often that failed before', async () => {
    const { notebookId } = await seedNotebook(database)
    const snapshots = await failSnapshots(notebookId, 2)
    const server = await startRoomServer({ databaseUrl: database.url })
    const ada = connectPeer({ url: server.url, notebookId, as: 'ada' })
    await until(() => ada.status === 'saved', 'in')
    for (let i = 0; i < 340; i += 1) cellText(ada.doc, CELL)?.insert(0, 'x')
    await until(() => ada.status === 'saved', 'saved')
    await until(async () => (await logLength(notebookId)) === 0, 'compacted', 20_000)
    expect(await snapshots.tried()).toBe(3)
    const cold = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
    expect(cellText(cold, CELL)?.toString()).toBe('x'.repeat(340))
    ada.close()
    await server.stop()
    await snapshots.stop()
  })

  it('is left as it is while its pieces do not fit together, and compacted once the missing one has come', async () => {
    const { notebookId } = await seedNotebook(database)
    const author = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
    const updates: NewUpdate[] = []
    author.on('update', (update: Uint8Array) => void updates.push({ update, userId: null }))
    for (const letter of 'abc') cellText(author, CELL)?.insert(cellText(author, CELL)!.length, letter)
    await appendUpdates(database.sql, notebookId, 1, [updates[0]!, updates[2]!])
    expect(await compactDocument(database, notebookId, 3)).toBe(2)
    expect(await compactDocument(database, notebookId, 1)).toBe(2)
    expect(await logLength(notebookId)).toBe(2)
    await appendUpdates(database.sql, notebookId, 1, [updates[1]!])
    expect(await compactDocument(database, notebookId, 1)).toBe(0)
    expect(await logLength(notebookId)).toBe(0)
    const cold = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
    expect(cellText(cold, CELL)?.toString()).toBe('abc')
  })

  it('F2 stays short over kill -9 in the middle of it, and every acknowledged stroke is in the cold load', async () => {
    const { notebookId } = await seedNotebook(database)
    const web = await startRoomProcess(database.url)
    const ada = connectPeer({ url: web.url, notebookId, as: 'ada' })
    await until(() => ada.status === 'saved', 'in')
    const log = watchLog(notebookId)
    const tokens: string[] = []
    for (let kill = 0; kill < 6; kill += 1) {
      for (let i = 0; i < 260; i += 1) {
        const token = `⟦${tokens.length}⟧`
        tokens.push(token)
        cellText(ada.doc, CELL)?.insert(tokens.length % 2 === 0 ? 0 : text(ada).length, token)
        if (i % 5 === 0) await pause(1)
      }
      // From the 300th stroke on a compaction is due or under way.
      await until(() => ada.unsaved < 20 * (kill + 1), 'mostly saved')
      const saved = tokens.slice(0, tokens.length - ada.unsaved)
      await web.kill()
      const { pieces, rows } = await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)
      expect(rows).toBeLessThanOrEqual(LOG_MAX)
      const atRest = cellText(documentOf(pieces), CELL)?.toString() ?? ''
      for (const token of saved) expect(atRest.split(token)).toHaveLength(2)
      await web.start()
    }
    await until(() => ada.status === 'saved', 'back and saved')
    await log.stop()
    expect(log.longest()).toBeLessThanOrEqual(LOG_MAX)
    const cold = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
    expect(cellText(cold, CELL)?.toString()).toBe(text(ada))
    for (const token of tokens) expect(text(ada).split(token)).toHaveLength(2)
    ada.close()
    await web.stop()
  })
})
