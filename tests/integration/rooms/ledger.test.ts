/**
 * The ledger: six people write numbered tokens through bad networks into two web processes that are killed at random,
 * with a Postgres that is killed too. F1, F8, F13. In the end every token that was ever said to be saved is in the
 * document, each exactly once, and everybody has the same document, byte for byte, as one loaded cold from Postgres.
 * `LEDGER_KILLS` asks for a longer night, `LEDGER_SEED` for another one.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { below, oneOf, seeded, type Random } from '../../support/chance.ts'
import { startOwnPostgres, type OwnPostgres } from '../../support/own-postgres.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { seedNotebook } from '../../support/room-notebook.ts'
import { startRoomProcess, type RoomProcess } from '../../support/room-process.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const KILLS = Number(process.env.LEDGER_KILLS ?? 10)
const SEED = Number(process.env.LEDGER_SEED ?? 20_261_125)
const WRITERS = 6
const CELLS = ['one', 'two', 'three'] as CellId[]
const POSTGRES_EVERY = 8
const KEY_MS = 60
/** A frozen line is noticed by the page after 28 s of silence. */
const HEAL_WITHIN_MS = 60_000

let postgres: OwnPostgres
beforeAll(async () => {
  postgres = await startOwnPostgres()
})
afterAll(() => postgres.drop())

interface Writer {
  room: Room
  tokens: string[]
  acked: Set<string>
  /** The badge was green and told less than it should: never. */
  note: () => void
}

function startWriter(room: Room, name: string, random: Random, isOver: () => boolean): Writer {
  const tokens: string[] = []
  const acked = new Set<string>()
  const note = (): void => tokens.slice(0, tokens.length - room.unsaved).forEach((token) => acked.add(token))
  const write = (): void => {
    if (isOver()) return
    const text = cellText(room.doc, oneOf(random, CELLS))
    if (text !== null) {
      const words = text.toString()
      const token = `⟦${name}-${String(tokens.length).padStart(4, '0')}⟧`
      tokens.push(token)
      // Between two tokens: indexOf answers -1 at the end, and that is the start.
      text.insert(words.indexOf('⟧', below(random, words.length + 1)) + 1, token)
    }
    note()
    setTimeout(write, below(random, KEY_MS * 2))
  }
  write()
  return { room, tokens, acked, note }
}

const allText = (doc: Y.Doc): string => readNotebook(doc).cells.map((cell) => cell.source).join('\n')
const fingerprint = (doc: Y.Doc): string => Buffer.from(Y.encodeStateVector(doc)).toString('hex') + JSON.stringify(readNotebook(doc))
const coldCopy = async (notebookId: NotebookId): Promise<Y.Doc> => documentOf((await readPieces(postgres.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)

function countTokens(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [token] of text.matchAll(/⟦[^⟧]*⟧/g)) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}

it(`F1 F8 ledger, seed ${SEED}: ${KILLS} kills of a web process, kills of Postgres, cut and frozen lines: nothing acknowledged is lost, nothing doubled`, async () => {
  const random = seeded(SEED)
  const { notebookId } = await seedNotebook(postgres, CELLS.map((id) => ({ id, kind: 'python', source: '' })))
  const webs: RoomProcess[] = await Promise.all([startRoomProcess(postgres.url), startRoomProcess(postgres.url)])
  const proxies: TcpProxy[] = await Promise.all(webs.map((web) => startProxy({ host: '127.0.0.1', port: web.port })))
  const rooms = Array.from({ length: WRITERS }, (_, i) => connectPeer({ url: `ws://127.0.0.1:${proxies[i % 2]!.port}/rooms`, notebookId, as: `w${i}`, origin: webs[i % 2]!.url }))
  await until(() => rooms.every((room) => room.status === 'saved'), 'all in', 20_000)
  let isOver = false
  const writers = rooms.map((room, i) => startWriter(room, `w${i}`, seeded(SEED + i), () => isOver))
  const seen = { cuts: 0, freezes: 0, databaseKills: 0 }

  for (let kill = 1; kill <= KILLS; kill += 1) {
    await pause(200 + below(random, 800))
    const which = below(random, 2)
    const proxy = proxies[which]!
    if (kill % 5 === 0) {
      proxy.cut()
      seen.cuts += 1
      await pause(below(random, 300))
      proxy.mend()
    }
    if (kill === 2) {
      proxy.freeze()
      seen.freezes += 1
    }
    if (kill % POSTGRES_EVERY === 0) {
      postgres.kill()
      seen.databaseKills += 1
      await pause(300 + below(random, 500))
      await postgres.start()
    }
    writers.forEach((writer) => writer.note())
    const acked = writers.flatMap((writer) => [...writer.acked])
    await webs[which]!.kill()
    if (kill % 4 === 0) {
      const atRest = countTokens(allText(await coldCopy(notebookId)))
      expect(acked.filter((token) => atRest.get(token) !== 1)).toEqual([])
    }
    await webs[which]!.start()
  }
  isOver = true
  await until(() => rooms.every((room) => room.status === 'saved'), 'everybody back and saved', HEAL_WITHIN_MS)
  writers.forEach((writer) => writer.note())
  let cold = await coldCopy(notebookId)
  await until(async () => {
    cold = await coldCopy(notebookId)
    return rooms.every((room) => fingerprint(room.doc) === fingerprint(cold))
  }, 'everybody has what is stored', HEAL_WITHIN_MS)

  const counts = countTokens(allText(cold))
  const tokens = writers.flatMap((writer) => writer.tokens)
  const acked = new Set(writers.flatMap((writer) => [...writer.acked]))
  const lost = [...acked].filter((token) => !counts.has(token))
  const doubled = tokens.filter((token) => (counts.get(token) ?? 0) > 1)
  console.info(`ledger: kills of a web process ${KILLS}, of Postgres ${seen.databaseKills}, lines cut ${seen.cuts}, frozen ${seen.freezes}; edits ${tokens.length}, acked ${acked.size}, lost ${lost.length}, doubled ${doubled.length}`)
  expect([lost, doubled]).toEqual([[], []])
  expect(acked.size).toBe(tokens.length)
  expect([...counts.keys()].sort()).toEqual([...tokens].sort())
  expect(tokens.length).toBeGreaterThan(KILLS * WRITERS * 5)
  rooms.forEach((room) => room.close())
  await Promise.all([...webs.map((web) => web.stop()), ...proxies.map((proxy) => proxy.close())])
}, KILLS * 8_000 + 180_000)
