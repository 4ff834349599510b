/**
 * L11, F12: five people on a bad network, through two real room servers on a real Postgres, while sockets break, servers
 * restart, documents are compacted and unloaded. In the end all of them and a copy loaded from the store are equal, and
 * what was said to be saved was in Postgres when it was said. A failing seed is in the test's name. The whole promise is
 * `FUZZ_SEEDS=200 FUZZ_STEPS=2000`; `FUZZ_FIRST_SEED` says which seeds.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeKind } from '#lib/document/change-kind.ts'
import { changeStructure, type StructureChange } from '#lib/document/change-structure.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { cellText, readNotebook, readOutline } from '#lib/document/read-notebook.ts'
import { readBin } from '#lib/document/read-bin.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { CELL_KINDS } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { compactDocument } from '#server/notebooks/compact-document.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { below, oneOf, seeded, type Random } from '../../support/chance.ts'
import { chaosSocket, type Weather } from '../../support/chaos-socket.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

const FIRST_SEED = Number(process.env.FUZZ_FIRST_SEED ?? 1000)
const SEEDS = Array.from({ length: Number(process.env.FUZZ_SEEDS ?? 24) }, (_, i) => FIRST_SEED + i)
const STEPS = Number(process.env.FUZZ_STEPS ?? 160)
/** As quick as it goes: a step takes a millisecond or two, a restart a tenth of a second. */
const SEED_MS = 60_000 + STEPS * 60
const TIMES = { beatMs: 80, idleMs: 60, recheckMs: 10_000 }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Tokens go between tokens: each is a word that must stay whole. */
function endOfToken(text: string, random: Random): number {
  const ends = [...text.matchAll(/⟧/g)].map((match) => match.index + 1)
  return oneOf(random, [0, ...ends])
}

/** A person with a browser: acts at random, and notes which tokens the badge called saved. */
interface Person {
  room: Room
  name: string
  tokens: string[]
}

/** The text itself: where half of a change was lost on its way, its cell may be without a kind, and so out of sight, until the rest has come. */
const ledger = (doc: Y.Doc): string => String(doc.getMap<Y.Map<unknown>>('cells').get(CELL)?.get('source') ?? '')
const countOf = (text: string, token: string): number => text.split(token).length - 1

function act({ room: { doc }, name, tokens }: Person, random: Random, step: number): void {
  const cells = readOutline(doc)
  if (cells.length === 0) return
  const some = oneOf(random, cells).id
  const other = cells.filter((cell) => cell.id !== CELL).at(below(random, cells.length))?.id
  const kind = below(random, 14)
  if (kind < 5) {
    const text = cellText(doc, CELL)
    // Where messages are lost, a cell may be out of sight until the rest of a change has come.
    if (text === null) return
    const token = `⟦${name}-${String(tokens.length).padStart(4, '0')}⟧`
    tokens.push(token)
    text.insert(endOfToken(ledger(doc), random), token)
  } else if (kind < 7) insertCell(doc, { id: `${name}${step}` as CellId, kind: 'python', source: `# ${name}` }, { after: some })
  else if (kind < 9) moveCell(doc, some, oneOf(random, ['start', 'end', { after: oneOf(random, cells).id }] as const))
  else if (kind === 9 && other !== undefined) cellText(doc, other)?.delete(0, Math.min(1, cellText(doc, other)?.length ?? 0))
  else if (kind === 10 && other !== undefined) removeCell(doc, other, { by: 'Ada', at: 0 })
  else if (kind === 11) step % 2 === 0 ? renameNotebook(doc, `Title ${step}`) : changeKind(doc, some, oneOf(random, CELL_KINDS))
  else if (other !== undefined) reshape(doc, other, random, step)
}

/** Splits, merges, deletes and brings back, but not the cell of the ledger: words that two people move at once may double. */
function reshape(doc: Y.Doc, id: CellId, random: Random, step: number): void {
  const all = readOutline(doc)
  const next = all[all.findIndex((cell) => cell.id === id) + 1]?.id
  const binned = readBin(doc)[0]?.id
  const way = below(random, 3)
  const change: StructureChange | null = way === 0 ? { do: 'split', id, at: below(random, 4), newId: `s${step}` as CellId }
    : way === 1 ? (next === undefined || next === CELL ? null : { do: 'merge', into: id, parts: [{ id: next, joint: '\n' }] })
    : binned === undefined ? null : { do: 'restore', ids: [binned] }
  if (change === null) return
  const back = changeStructure(doc, change, { by: 'Ada', at: 0 })
  if (back !== null && below(random, 3) === 0) changeStructure(doc, back, { by: 'Ada', at: 0 })
}

/** A state vector says nothing of deletions, so the text as well. */
const fingerprint = (doc: Y.Doc): string => Buffer.from(Y.encodeStateVector(doc)).toString('hex') + JSON.stringify(readNotebook(doc))

async function storedDoc(notebookId: NotebookId): Promise<Y.Doc> {
  return documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
}

async function expectSavedIsStored(people: Person[], notebookId: NotebookId): Promise<void> {
  const saved = people.flatMap(({ room, tokens }) => tokens.slice(0, Math.max(0, tokens.length - room.unsaved)))
  const text = ledger(await storedDoc(notebookId))
  for (const token of saved) expect(countOf(text, token)).toBe(1)
}

describe('L11 five people on a bad network', () => {
  it.each(SEEDS)('end with one notebook, seed %i', async (seed) => {
    const random = seeded(seed)
    const { notebookId } = await seedNotebook(database, [
      { id: CELL, kind: 'python', source: '' }, { id: 'b' as CellId, kind: 'sql', source: 'select 1' }, { id: 'c' as CellId, kind: 'markdown', source: 'text' },
    ])
    const servers: RoomServer[] = [await startRoomServer({ databaseUrl: database.url, times: TIMES }), await startRoomServer({ databaseUrl: database.url, times: TIMES })]
    const weather: Weather = { random: seeded(seed + 1), isStormy: false }
    const people = Array.from({ length: 5 }, (_, i): Person => ({
      name: `p${i}`, tokens: [],
      room: connectPeer({ url: servers[i % 2]!.url, notebookId, as: `p${i}`, WebSocketClass: chaosSocket(weather, i < 3) }),
    }))
    await until(() => people.every(({ room }) => readOutline(room.doc).length > 0), 'everybody has the notebook', 20_000)
    weather.isStormy = true

    for (let step = 0; step < STEPS; step += 1) {
      act(oneOf(random, people), random, step)
      const event = below(random, 100)
      if (event < 25) await pause(below(random, 8))
      if (event === 30) await expectSavedIsStored(people.slice(0, 3), notebookId)
      if (event === 31 || event === 32) await compactDocument(database, notebookId, 1)
      if (event === 33) await restart(servers, below(random, 2))
      if (event === 34) servers[below(random, 2)]!.rooms.closeSockets({}, 1012, 'Restarting')
    }
    await expectSavedIsStored(people.slice(0, 3), notebookId)

    weather.isStormy = false
    await restart(servers, 0)
    await restart(servers, 1)
    await until(() => people.every(({ room }) => room.status === 'saved'), 'everybody saved', 20_000)
    // Read anew each time: who lost messages to the weather sends them again, and may have called itself saved before.
    let cold = await storedDoc(notebookId)
    await until(async () => {
      cold = await storedDoc(notebookId)
      return people.every(({ room }) => fingerprint(room.doc) === fingerprint(cold))
    }, 'everybody has what is stored', 20_000)
    const wrong = people.flatMap((one) => one.tokens).filter((token) => countOf(ledger(cold), token) !== 1)
    expect(wrong).toEqual([])
    people.forEach(({ room }) => room.close())
    await Promise.all(servers.map((server) => server.stop()))
  }, SEED_MS)
})

async function restart(servers: RoomServer[], i: number): Promise<void> {
  const { port } = servers[i]!
  await servers[i]!.stop()
  servers[i] = await startRoomServer({ databaseUrl: database.url, port, times: TIMES })
}
