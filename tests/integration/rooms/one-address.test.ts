/**
 * Several web processes at one address (`WEB_PROCESSES`): a notebook's people are in one of them, whichever took their
 * connection; one that is killed is replaced and nothing is lost; none outlives the first.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cellText } from '#lib/document/read-notebook.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, connectRaw, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startSharedAddress, type SharedAddress } from '../../support/shared-address.ts'

const PROCESSES = 3

let database: TestDatabase
let address: SharedAddress
const open: Room[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  address = await startSharedAddress(database.url, PROCESSES)
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await address.stop()
  await database.drop()
})

const visit = (notebookId: string, as: string): Room => {
  const room = connectPeer({ url: address.url, notebookId, as })
  open.push(room)
  return room
}
const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? '(no cell)'
const type = (room: Room, words: string): void => cellText(room.doc, CELL)?.insert(text(room).length, words)
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('one address', () => {
  it('leads all people of a notebook to one process, and notebooks to all', async () => {
    const notebooks = await Promise.all(Array.from({ length: 12 }, () => seedNotebook(database)))
    const rooms = notebooks.map(({ notebookId }) => Array.from({ length: 10 }, (_, i) => visit(notebookId, `person${i}`)))
    await until(() => rooms.flat().every((room) => room.status === 'saved'), 'all in')
    const homes = notebooks.map(({ notebookId }) => new Set(address.homesOf(notebookId)))
    expect(homes.map((pids) => pids.size)).toEqual(homes.map(() => 1))
    expect(new Set(homes.flatMap((pids) => [...pids])).size).toBeGreaterThan(1)
    type(rooms[0]![0]!, 'hello')
    await until(() => rooms[0]!.every((room) => text(room) === 'hello'), 'everybody has it')
  })

  it('refuses at the door whoever may not in, passed on or not', async () => {
    const { notebookId } = await seedNotebook(database)
    const codes = await Promise.all(Array.from({ length: PROCESSES * 2 }, () => connectRaw({ url: address.url, notebookId, role: 'stranger' }).closed))
    expect(new Set(codes.map(({ code }) => code)).size).toBe(1)
    expect(codes[0]?.reason).toContain('no such notebook')
  })

  it('goes on in another process when a notebook\'s home is killed, and loses nothing', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob')]
    await until(() => ada.status === 'saved' && bob.status === 'saved', 'both in')
    const [home = 0] = address.homesOf(notebookId)
    expect(home).not.toBe(0)
    address.forget()
    process.kill(home, 'SIGKILL')
    for (let i = 0; i < 20; i += 1) type(i % 2 === 0 ? ada : bob, String.fromCharCode(97 + i))
    await until(() => [ada, bob].every((room) => room.status === 'saved') && text(ada) === text(bob), 'both back')
    expect([...text(ada)].sort().join('')).toBe('abcdefghijklmnopqrst')
    expect(address.homesOf(notebookId)).not.toContain(home)
    expect((await readNotebookFromStore(database.sql, notebookId))?.cells[0]?.source).toBe(text(ada))
    expect(isAlive(address.pid)).toBe(true)
  })

  it('leaves no process behind, told to stop or killed', async () => {
    await Promise.all((['SIGTERM', 'SIGKILL'] as const).map(async (signal) => {
      const other = await startSharedAddress(database.url, 2)
      const { notebookId } = await seedNotebook(database)
      await connectRaw({ url: other.url, notebookId }).opened
      await until(() => other.homesOf(notebookId).length > 0, 'in')
      const pids = other.homesOf(notebookId)
      const code = await other.stop(signal)
      if (signal === 'SIGTERM') expect(code).toBe(0)
      await until(() => !pids.some(isAlive), 'the others ended')
    }))
  })
})
