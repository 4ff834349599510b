/** Bad lines between pages and rooms: F12, F13, F14, F17, S10, with real sockets through a TCP proxy. */
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { insertCell } from '#lib/document/insert-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { watchPresence } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { compactDocument } from '#server/notebooks/compact-document.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { below, seeded } from '../../support/chance.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until, type Visit } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomProcess, type RoomProcess } from '../../support/room-process.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/** `STORM_SECONDS=120` is the storm of two minutes. */
const STORM_SECONDS = Number(process.env.STORM_SECONDS ?? 6)

let database: TestDatabase
let server: RoomServer
let proxy: TcpProxy
const open: Room[] = []
const processes: RoomProcess[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  // The product's own times.
  server = await startRoomServer({ databaseUrl: database.url })
})
afterEach(async () => {
  open.splice(0).forEach((room) => room.close())
  await Promise.all([proxy.close(), ...processes.splice(0).map((web) => web.stop())])
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

const visit = (notebookId: string, as: string, more: Partial<Visit> = {}): Room => {
  const room = connectPeer({ url: server.url, notebookId, as, ...more })
  open.push(room)
  return room
}
const ownProcess = async (): Promise<RoomProcess> => {
  const web = await startRoomProcess(database.url)
  processes.push(web)
  return web
}
const throughProxy = (): Partial<Visit> => ({ url: `ws://127.0.0.1:${proxy.port}/rooms`, origin: server.url })
const text = (room: Room, cell = CELL): string => cellText(room.doc, cell)?.toString() ?? '(gone)'
const fingerprint = (doc: Y.Doc): string => Buffer.from(Y.encodeStateVector(doc)).toString('hex') + JSON.stringify(readNotebook(doc))
const stored = async (notebookId: NotebookId): Promise<Y.Doc> => documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
const inPlace = async (): Promise<void> => {
  proxy = await startProxy({ host: '127.0.0.1', port: server.port })
}

describe('F12 every socket dropped again and again', () => {
  it('loses and doubles nothing, and people come back spread in time', async () => {
    await inPlace()
    const { notebookId } = await seedNotebook(database)
    const rooms = Array.from({ length: 12 }, (_, i) => visit(notebookId, `p${i}`, throughProxy()))
    await until(() => rooms.every((room) => room.status === 'saved'), 'all in')
    const tokens: string[] = []
    for (let round = 0; round < 20; round += 1) {
      for (const [i, room] of rooms.entries()) {
        const token = `⟦p${i}-${round}⟧`
        tokens.push(token)
        cellText(room.doc, CELL)?.insert(round % 2 === 0 ? 0 : text(room).length, token)
      }
      await pause(round % 3 === 0 ? 250 : 20)
      proxy.cut()
      await pause(20)
      proxy.mend()
    }
    await until(() => rooms.every((room) => room.status === 'saved'), 'all saved', 20_000)
    const cold = await stored(notebookId)
    await until(() => rooms.every((room) => fingerprint(room.doc) === fingerprint(cold)), 'all the same')
    const words = text(rooms[0]!)
    expect(tokens.filter((token) => words.split(token).length !== 2)).toEqual([])

    const began = performance.now()
    proxy.cut()
    proxy.mend()
    await until(() => rooms.every((room) => room.status === 'saved') && proxy.arrivals.filter((at) => at > began).length >= rooms.length, 'all back')
    const after = proxy.arrivals.filter((at) => at > began).map((at) => at - began)
    expect(Math.max(...after) - Math.min(...after)).toBeGreaterThan(40)
    expect(Math.max(...after)).toBeLessThan(5_000)
  })
})

describe('F12 every socket dropped each 3 s', () => {
  it(`for ${STORM_SECONDS} s costs the server at most twice the processor time of the same typing on a good line`, async () => {
    const web = await ownProcess()
    proxy = await startProxy({ host: '127.0.0.1', port: web.port })
    /** Processor time of the server while twelve people type four keys a second into a new notebook, online or not. */
    const typing = async (seconds: number, drop: () => void): Promise<number> => {
      const { notebookId } = await seedNotebook(database)
      const rooms = Array.from({ length: 12 }, (_, i) => visit(notebookId, `p${i}`, { url: `ws://127.0.0.1:${proxy.port}/rooms`, origin: web.url }))
      await until(() => rooms.every((room) => room.status === 'saved'), 'all in')
      const tokens: string[] = []
      const before = web.processorMs()
      for (let tick = 0; tick < seconds * 4; tick += 1) {
        if (tick % 12 === 6) drop()
        for (const room of rooms) {
          const token = `⟦${tokens.length}⟧`
          tokens.push(token)
          cellText(room.doc, CELL)?.insert(tick % 2 === 0 ? 0 : text(room).length, token)
        }
        await pause(250)
      }
      await until(() => rooms.every((room) => room.status === 'saved'), 'all saved', 20_000)
      const took = web.processorMs() - before
      const cold = await stored(notebookId)
      await until(() => rooms.every((room) => fingerprint(room.doc) === fingerprint(cold)), 'all the same')
      const words = text(rooms[0]!)
      expect(tokens.filter((token) => words.split(token).length !== 2)).toEqual([])
      open.splice(0).forEach((room) => room.close())
      return took
    }
    const drop = (): void => {
      proxy.cut()
      proxy.mend()
    }
    // Once before, so that no code runs for the first time.
    await typing(3, drop)
    const calm = await typing(STORM_SECONDS, () => {})
    const stormy = await typing(STORM_SECONDS, drop)
    console.info(`processor time of the server: ${Math.round(stormy)} ms with every socket dropped each 3 s for ${STORM_SECONDS} s, ${Math.round(calm)} ms without`)
    expect(stormy).toBeLessThan(calm * 2)
  }, 60_000 + STORM_SECONDS * 3_000)
})

describe('F13 a line that is dead but not closed', () => {
  it('is noticed by both sides: its owner calls again within 30 s and has saved, and the ghost is gone within 35 s', async () => {
    await inPlace()
    const { notebookId } = await seedNotebook(database)
    const ada = visit(notebookId, 'ada')
    const bob = visit(notebookId, 'bob', throughProxy())
    await until(() => ada.status === 'saved' && bob.status === 'saved', 'both in')
    const seen = watchPresence(ada)
    await until(() => seen.people.length === 1, 'Bob is seen')
    const ghost = seen.people[0]!.clientId
    proxy.freeze()
    const began = performance.now()
    cellText(bob.doc, CELL)?.insert(0, 'into the void')
    await pause(200)
    expect(bob.status).toBe('saving')
    let goneAfter = Number.NaN
    const watch = setInterval(() => {
      if (Number.isNaN(goneAfter) && !seen.people.some((one) => one.clientId === ghost)) goneAfter = performance.now() - began
    }, 50)
    await until(() => bob.status === 'saved' && text(ada) === 'into the void', 'Bob is back', 45_000)
    await until(() => !Number.isNaN(goneAfter) || seen.people.some((one) => one.clientId === ghost), 'the ghost or its owner', 1_000)
    clearInterval(watch)
    expect(proxy.arrivals.at(-1)! - began).toBeLessThan(30_000)
    // Either it left the list in time, or its owner was back before it was given up.
    expect(Number.isNaN(goneAfter) ? performance.now() - began : goneAfter).toBeLessThan(35_000)
    expect(seen.people.filter((one) => one.id === 'bob')).toHaveLength(1)
  })
})

describe('F14 a laptop that slept', () => {
  it('brings 500 edits back into a notebook of 200 changed cells, after a restart and a compaction: nothing emptied, nothing doubled', async () => {
    const { notebookId } = await seedNotebook(database, Array.from({ length: 200 }, (_, i) => ({ id: `c${i}` as CellId, kind: 'python', source: `cell ${i}` })))
    let web = await startRoomServer({ databaseUrl: database.url })
    proxy = await startProxy({ host: '127.0.0.1', port: web.port })
    const sleeper = visit(notebookId, 'ada', { url: `ws://127.0.0.1:${proxy.port}/rooms`, origin: web.url })
    await until(() => sleeper.status === 'saved', 'in')
    proxy.cut()
    await until(() => sleeper.status === 'reconnecting', 'away')
    const random = seeded(14)
    for (let i = 0; i < 500; i += 1) cellText(sleeper.doc, `c${below(random, 200)}` as CellId)?.insert(0, `⟦s${i}⟧`)
    insertCell(sleeper.doc, { id: 'night' as CellId, kind: 'sql', source: 'select night' }, 'start')
    expect([sleeper.unsaved, sleeper.status]).toEqual([501, 'reconnecting'])

    const awake = visit(notebookId, 'bob', { url: web.url })
    await until(() => awake.status === 'saved', 'Bob is in')
    for (let i = 0; i < 200; i += 1) {
      cellText(awake.doc, `c${i}` as CellId)?.insert(0, `⟦b${i}⟧`)
      if (i % 10 === 0) moveCell(awake.doc, `c${i}` as CellId, 'end')
    }
    await until(() => awake.status === 'saved', 'Bob has saved')
    const { port } = web
    await web.stop()
    await compactDocument(database, notebookId, 1)
    web = await startRoomServer({ databaseUrl: database.url, port })
    proxy.mend()
    await until(() => sleeper.status === 'saved' && awake.status === 'saved', 'both saved', 20_000)
    const cold = await stored(notebookId)
    await until(() => [sleeper, awake].every((room) => fingerprint(room.doc) === fingerprint(cold)), 'one notebook')
    const { cells } = readNotebook(cold)
    expect(cells).toHaveLength(201)
    const words = cells.map((cell) => cell.source).join('\n')
    const tokens = [...Array.from({ length: 500 }, (_, i) => `⟦s${i}⟧`), ...Array.from({ length: 200 }, (_, i) => `⟦b${i}⟧`), 'select night']
    expect(tokens.filter((token) => words.split(token).length !== 2)).toEqual([])
    for (let i = 0; i < 200; i += 1) expect(cells.find((cell) => cell.id === `c${i}`)?.source).toMatch(new RegExp(`cell ${i}$`))
    open.splice(0).forEach((room) => room.close())
    await web.stop()
  })
})

describe('F17 a reader of 1 kB a second', () => {
  it('costs the others nothing: as quick as in a notebook without one', async () => {
    await inPlace()
    const pairs = await Promise.all(['with', 'without'].map(async (name) => {
      const { notebookId } = await seedNotebook(database)
      const [writer, reader] = [visit(notebookId, `ada-${name}`), visit(notebookId, `bob-${name}`)]
      await until(() => writer.status === 'saved' && reader.status === 'saved', 'both in')
      return { notebookId, writer, reader }
    }))
    const [burdened, free] = [pairs[0]!, pairs[1]!]
    proxy.slow(1024)
    const slow = visit(burdened.notebookId, 'slow', throughProxy())
    await until(() => slow.status === 'saved', 'the slow one is in', 20_000)
    for (const { writer, reader } of pairs) {
      for (let i = 0; i < 4; i += 1) cellText(writer.doc, CELL)?.insert(0, 'x'.repeat(1024 * 1024))
      await until(() => writer.status === 'saved' && text(reader).length === text(writer).length, 'four megabytes are in')
    }
    // In turns, so that whatever else the machine does falls on both; the best of three rounds, or of more while it does much.
    const best = { burdened: Number.POSITIVE_INFINITY, free: Number.POSITIVE_INFINITY }
    const isAsQuick = (): boolean => best.burdened < Math.max(best.free * 1.1, best.free + 1)
    for (let round = 0; round < 3 || (round < 8 && !isAsQuick()); round += 1) {
      const took = { burdened: [] as number[], free: [] as number[] }
      for (let i = 0; i < 150; i += 1) {
        took.burdened.push(await keystroke(burdened))
        took.free.push(await keystroke(free))
      }
      for (const side of ['burdened', 'free'] as const) best[side] = Math.min(best[side], took[side].sort((a, b) => a - b)[142] ?? Number.NaN)
    }
    console.info(`p95 of a keystroke beside a reader of 1 kB/s: ${best.burdened.toFixed(2)} ms, without one: ${best.free.toFixed(2)} ms`)
    expect(text(slow).length).toBeLessThan(text(burdened.writer).length)
    expect(best.burdened).toBeLessThan(Math.max(best.free * 1.1, best.free + 1))
  })

  it('is cut when 8 MiB wait for it, comes back and has everything; others type on meanwhile', async () => {
    await inPlace()
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob')]
    await until(() => ada.status === 'saved' && bob.status === 'saved', 'both in')
    proxy.slow(1024)
    const slow = visit(notebookId, 'slow', throughProxy())
    await until(() => slow.status === 'saved', 'the slow one is in', 20_000)
    proxy.slow(null)
    const before = proxy.arrivals.length
    const took: number[] = []
    for (let i = 0; i < 24; i += 1) {
      cellText(ada.doc, CELL)?.insert(0, 'x'.repeat(1024 * 1024))
      const length = text(ada).length
      const began = performance.now()
      await until(() => text(bob).length === length, 'Bob sees it')
      took.push(performance.now() - began)
    }
    // A line that is read so slowly learns of its end by writing only.
    const dots = setInterval(() => cellText(slow.doc, CELL)?.insert(0, '.'), 300)
    await until(() => proxy.arrivals.length > before, 'cut, and back', 20_000)
    clearInterval(dots)
    await until(() => text(slow) === text(ada) && slow.status === 'saved', 'the slow one has everything', 20_000)
    expect(took.sort((a, b) => a - b)[12]).toBeLessThan(1_000)
  })
})

/** From the writer's document to the reader's. */
function keystroke({ writer, reader }: { writer: Room; reader: Room }): Promise<number> {
  const began = performance.now()
  return new Promise((resolve) => {
    reader.doc.once('update', () => resolve(performance.now() - began))
    cellText(writer.doc, CELL)?.insert(0, '.')
  })
}

describe('S10 a flood before anybody has signed in', () => {
  it('of 300 sockets with a megabyte each costs the process less than 50 MB, and people go on', async () => {
    await inPlace()
    const web = await ownProcess()
    const { notebookId } = await seedNotebook(database)
    const ada = visit(notebookId, 'ada', { url: web.url })
    await until(() => ada.status === 'saved', 'Ada is in')
    const before = web.residentMb()
    const junk = Buffer.alloc(1024 * 1024, 7)
    const flood = Array.from({ length: 300 }, () => new Promise<void>((resolve) => {
      const socket = connect(web.port, '127.0.0.1', () => {
        socket.write(`GET /rooms/${notebookId} HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nOrigin: http://127.0.0.1:${web.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`)
        socket.write(junk)
      })
      socket.resume()
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      setTimeout(() => socket.destroy(), 8_000)
    }))
    let peak = before
    const watch = setInterval(() => (peak = Math.max(peak, web.residentMb())), 20)
    cellText(ada.doc, CELL)?.insert(0, 'typed in the flood')
    await until(() => ada.status === 'saved', 'Ada goes on', 5_000)
    await Promise.all(flood)
    clearInterval(watch)
    expect(peak - before).toBeLessThan(50)
  })
})
