/**
 * Several web processes on one database: a change goes ahead of its commit to the others. F1: whatever dies when, what
 * anybody was told to be saved is in Postgres, once; what anybody builds upon is stored before it is.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { below, seeded } from '../../support/chance.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until, type Visit } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomProcess, type RoomProcess } from '../../support/room-process.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'
import { startProxy } from '../../support/tcp-proxy.ts'

const PROCESSES = 3
const KILLS = Number(process.env.WEB_KILLS ?? 3)
const TAKE_OVER_MS = 400

let database: TestDatabase
let webs: RoomProcess[]
/** In this process, with a short patience. */
let near: RoomServer
const open: Room[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  webs = await Promise.all(Array.from({ length: PROCESSES }, () => startRoomProcess(database.url)))
  near = await startRoomServer({ databaseUrl: database.url, times: { beatMs: 14_000, idleMs: 30_000, recheckMs: 28_000, takeOverMs: TAKE_OVER_MS } })
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await Promise.all([...webs.map((web) => web.stop()), near.stop()])
  await database.drop()
})

const visit = (notebookId: string, as: string, { url }: { url: string }, more: Partial<Visit> = {}): Room => {
  const room = connectPeer({ url, notebookId, as, ...more })
  open.push(room)
  return room
}
const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? '(no cell)'
const type = (room: Room, words: string): void => cellText(room.doc, CELL)?.insert(text(room).length, words)
const stored = async (notebookId: NotebookId): Promise<string> => (await readNotebookFromStore(database.sql, notebookId))?.cells[0]?.source ?? '(nothing)'
const rowsOf = async (notebookId: NotebookId): Promise<number> => (await database.sql`select count(*)::int as rows from document_updates where notebook_id = ${notebookId}`)[0]?.rows as number
const saved = (...rooms: Room[]): Promise<void> => until(() => rooms.every((room) => room.status === 'saved'), 'everything saved')
/** Everybody in, and the processes know of each other: what one types reaches the rest. */
const acquainted = async (...rooms: Room[]): Promise<void> => {
  await saved(...rooms)
  for (const [i, room] of rooms.entries()) {
    type(room, `${i}`)
    await until(() => rooms.every((one) => text(one) === text(room) && one.status === 'saved'), 'acquainted')
  }
}

/** Nothing of this notebook can be committed until it is let go. */
async function holdCommits(notebookId: NotebookId): Promise<{ awaited: () => Promise<void>; abort: () => Promise<void>; letGo: () => Promise<void> }> {
  const held = await database.sql.reserve()
  await held`select pg_advisory_lock(7241002, hashtext(${notebookId}::text))`
  const pids = async (): Promise<number[]> => (await held`select pid from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`).map(({ pid }) => pid as number)
  return {
    awaited: () => until(async () => (await pids()).length > 0, 'a commit waits'),
    // As a crash does: else Postgres finishes what a dead client had asked for.
    abort: async () => {
      for (const pid of await pids()) await held`select pg_terminate_backend(${pid})`
    },
    letGo: async () => {
      await held`select pg_advisory_unlock(7241002, hashtext(${notebookId}::text))`
      held.release()
    },
  }
}

describe('F1 a change that went ahead of its commit', () => {
  it('is seen by people on another process before it is committed, and is called saved by neither', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada', webs[0]!), visit(notebookId, 'bob', near)]
    await acquainted(ada, bob)
    const commits = await holdCommits(notebookId)
    type(ada, ' ahead')
    await until(() => text(bob) === '01 ahead', 'Bob sees it')
    expect([ada.status, await stored(notebookId)]).toEqual(['saving', '01'])
    type(bob, ', and on')
    await until(() => text(ada) === '01 ahead, and on', 'and back')
    await pause(100)
    expect([ada.status, bob.status, await stored(notebookId)]).toEqual(['saving', 'saving', '01'])
    await commits.letGo()
    await saved(ada, bob)
    expect(await stored(notebookId)).toBe('01 ahead, and on')
  })

  it('whose process and author die before the commit, is committed by who heard it, before what was built upon it', async () => {
    const { notebookId, commits, bob } = await lastWords()
    type(bob, ' of Ada')
    await pause(50)
    expect(bob.status).toBe('saving')
    await commits.letGo()
    await saved(bob)
    expect(await stored(notebookId)).toBe('01 last words of Ada')
  })

  it('and that nobody builds upon, is committed by who heard it after a while', async () => {
    const { notebookId, commits, bob } = await lastWords()
    expect(await stored(notebookId)).toBe('01')
    await commits.letGo()
    await until(async () => (await stored(notebookId)) === '01 last words', 'taken over', TAKE_OVER_MS + 5_000)
    expect(bob.status).toBe('saved')
  })

  it('is not called saved to its author who comes again by a process that heard it, until that one has committed it', async () => {
    const { notebookId } = await seedNotebook(database)
    const [web, target] = [webs[0]!, { host: '127.0.0.1', port: webs[0]!.port }]
    const door = await startProxy(target)
    const [ada, bob] = [visit(notebookId, 'ada', { url: `ws://127.0.0.1:${door.port}/rooms` }), visit(notebookId, 'bob', near)]
    await acquainted(ada, bob)
    const commits = await holdCommits(notebookId)
    type(ada, ' mine')
    await until(() => text(bob) === '01 mine', 'Bob sees it')
    await commits.awaited()
    target.port = near.port
    const arrivals = door.arrivals.length
    await web.kill()
    await commits.abort()
    // Until her page knows that its line is gone it says so too.
    await until(() => door.arrivals.length > arrivals && ada.status === 'saving', 'back by the other process')
    await pause(200)
    expect([ada.status, await stored(notebookId)]).toEqual(['saving', '01'])
    await commits.letGo()
    await saved(ada)
    expect(await stored(notebookId)).toBe('01 mine')
    await door.close()
    await web.start()
  })

  it('and is too large for a message, is read after its commit, in its place', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada', webs[0]!), visit(notebookId, 'bob', webs[1]!)]
    await acquainted(ada, bob)
    for (let i = 0; i < 10; i += 1) {
      type(ada, `⟦${'x'.repeat(i % 2 === 0 ? 20_000 : 10)}⟧`)
      if (i % 3 === 0) await pause(5)
    }
    await until(() => text(bob) === text(ada) && ada.status === 'saved', 'Bob has it all')
    expect(text(bob)).toHaveLength(2 + 5 * 20_002 + 5 * 12)
    expect(await stored(notebookId)).toBe(text(ada))
  })
})

/** Ada typed, Bob saw it, and her process and she are gone before it was committed; nothing can be committed yet. */
async function lastWords(): Promise<{ notebookId: NotebookId; commits: Awaited<ReturnType<typeof holdCommits>>; bob: Room }> {
  const { notebookId } = await seedNotebook(database)
  const web = webs[0]!
  const [ada, bob] = [visit(notebookId, 'ada', web), visit(notebookId, 'bob', near)]
  await acquainted(ada, bob)
  const commits = await holdCommits(notebookId)
  type(ada, ' last words')
  await until(() => text(bob) === '01 last words', 'Bob sees it')
  await commits.awaited()
  await web.kill()
  ada.close()
  await commits.abort()
  await web.start()
  return { notebookId, commits, bob }
}

describe('three web processes', () => {
  it('carry everybody’s typing to everybody, without an echo', async () => {
    const { notebookId } = await seedNotebook(database)
    const rooms = webs.map((web, i) => visit(notebookId, `p${i}`, web))
    await acquainted(...rooms)
    for (let i = 0; i < 60; i += 1) {
      type(rooms[i % PROCESSES]!, `⟦${i}⟧`)
      await until(() => rooms.every((room) => text(room) === text(rooms[i % PROCESSES]!) && room.status === 'saved'), 'across')
    }
    expect(readNotebook(rooms[1]!.doc)).toEqual(readNotebook(rooms[0]!.doc))
    expect(await stored(notebookId)).toBe(text(rooms[2]!))
    const rows = await rowsOf(notebookId)
    // At most once more by each other process, which built upon it before hearing of its commit; and nothing once it is
    // quiet, for longer than the patience of a process that was not told.
    expect(rows).toBeLessThanOrEqual((60 + PROCESSES) * PROCESSES)
    await pause(3_300)
    expect(await rowsOf(notebookId)).toBe(rows)
  })

  it(`F1 lose and double nothing when ${KILLS} times one of them is killed in the middle of typing`, async () => {
    const { notebookId } = await seedNotebook(database)
    const random = seeded(33)
    const writers = webs.flatMap((web, i) => [0, 1].map((n) => ({ room: visit(notebookId, `p${i}${n}`, web), name: `p${i}${n}`, tokens: [] as string[], acked: new Set<string>() })))
    const rooms = writers.map(({ room }) => room)
    await acquainted(...rooms)
    const note = (): void => writers.forEach(({ room, tokens, acked }) => tokens.slice(0, tokens.length - room.unsaved).forEach((token) => acked.add(token)))
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (let i = 0; i < 40; i += 1) {
        const writer = writers[below(random, writers.length)]!
        const token = `⟦${writer.name}-${writer.tokens.length}⟧`
        writer.tokens.push(token)
        const words = text(writer.room)
        cellText(writer.room.doc, CELL)?.insert(words.indexOf('⟧', below(random, words.length + 1)) + 1, token)
        note()
        if (below(random, 2) === 0) await pause(below(random, 5))
      }
      note()
      const acked = writers.flatMap((writer) => [...writer.acked])
      const web = webs[kill % PROCESSES]!
      await web.kill()
      const atRest = await stored(notebookId)
      expect(acked.filter((token) => atRest.split(token).length !== 2)).toEqual([])
      await web.start()
    }
    await until(() => rooms.every((room) => room.status === 'saved'), 'all back and saved', 20_000)
    let atRest = ''
    await until(async () => (atRest = await stored(notebookId)) !== '' && rooms.every((room) => text(room) === atRest), 'one text', 10_000)
    expect(writers.flatMap(({ tokens }) => tokens).filter((token) => atRest.split(token).length !== 2)).toEqual([])
  })
})
