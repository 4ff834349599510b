/**
 * F8: the Postgres driver, as server/bootstrap/mend-driver.mjs leaves it. What is asked in the very moment Postgres goes
 * away is answered rightly or refused: never lost, never answered with nothing, never done inside another transaction.
 */
import type postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Sql } from '#server/store/client.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { pause } from '../../support/room-client.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const ANSWER_WITHIN_MS = 8_000

let database: TestDatabase
let proxy: TcpProxy
let url: string
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await database.sql`create table noted (word text)`
  const direct = new URL(database.url)
  proxy = await startProxy({ host: direct.hostname, port: Number(direct.port) })
  direct.port = String(proxy.port)
  url = direct.href
})
beforeEach(() => database.sql`truncate noted`.then(() => {}))
afterAll(async () => {
  for (const close of closing) await close()
  await proxy.close()
  await database.drop()
})

function open(max: number): Sql {
  const store = openStore(url, { name: 'driver', max })
  closing.push(store.close)
  return store.sql
}

/** How it ended; `lost` when nobody ever says. */
const outcome = (asked: Promise<unknown>): Promise<string> =>
  Promise.race([asked.then(() => 'done', () => 'refused'), pause(ANSWER_WITHIN_MS).then(() => 'lost')])

const words = async (): Promise<string[]> => (await database.sql<{ word: string }[]>`select word from noted order by word`).map((row) => row.word)

const kill = (pid: number) => database.sql`select pg_terminate_backend(${pid})`

async function pidOf(tx: postgres.TransactionSql): Promise<number> {
  const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
  return row?.pid ?? 0
}

describe('the pool', () => {
  it('answers rightly or refuses, whenever it is asked, and works at once when Postgres is back', async () => {
    const sql = open(5)
    const ask = (n: number) => outcome(sql`select ${n}::int as n`.then(([row]) => expect(row).toEqual({ n })))
    const fine = Array<string>(5).fill('done')
    expect(await Promise.all([1, 2, 3, 4, 5].map(ask))).toEqual(fine)
    for (let round = 0; round < 6; round += 1) {
      const asked: Promise<string>[] = []
      proxy.cut()
      // Messages of other sockets come in the same turn of the loop as the end of this one.
      for (let i = 0; i < 30; i += 1) {
        asked.push(ask(i))
        await new Promise((resolve) => (i % 3 === 0 ? setImmediate(resolve) : i % 3 === 1 ? process.nextTick(resolve) : setTimeout(resolve, 2)))
      }
      proxy.mend()
      expect(await Promise.all(asked)).not.toContain('lost')
      expect(await Promise.all([1, 2, 3, 4, 5].map(ask))).toEqual(fine)
    }
  })

  it('does not hand the end of one connection to the next query', async () => {
    const sql = open(1)
    for (let round = 0; round < 5; round += 1) {
      const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
      const sleeping = outcome(sql`select pg_sleep(5)`)
      await pause(30)
      await kill(row?.pid ?? 0)
      expect(await sleeping).toBe('refused')
      expect(await outcome(sql`select 1`)).toBe('done')
    }
  })
})

describe('a new connection', () => {
  it('that breaks while the driver asks for its types refuses who waits for it, and throws at nobody', async () => {
    const direct = new URL(database.url)
    let isCutting = true
    const fickle = await startProxy({ host: direct.hostname, port: Number(direct.port) }, (piece) => isCutting && piece.includes('pg_catalog.pg_type'))
    direct.port = String(fickle.port)
    const store = openStore(direct.href, { name: 'fickle', max: 1 })
    // A rejection that nobody catches fails the whole run (vitest).
    expect(await outcome(store.sql`select 1`)).toBe('refused')
    isCutting = false
    expect(await outcome(store.sql`select 1`)).toBe('done')
    await store.close()
    await fickle.close()
  })
})

describe('a transaction whose connection breaks', () => {
  it('does nothing inside the one that has its connection next', async () => {
    const sql = open(1)
    const goOn = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<number>()
    const dead = outcome(sql.begin(async (tx) => {
      begun.resolve(await pidOf(tx))
      await goOn.promise
      await tx`insert into noted values ('from the dead')`
    }))
    await kill(await begun.promise)
    expect(await dead).toBe('refused')
    const living = outcome(sql.begin(async (tx) => {
      await tx`insert into noted values ('half')`
      goOn.resolve()
      await pause(50)
      throw new Error('rolled back')
    }))
    expect(await living).toBe('refused')
    expect(await words()).toEqual([])
  })

  it('refuses what it had queued and what it still asks', async () => {
    const sql = open(2)
    let queued: Promise<string>[] = []
    const begun = Promise.withResolvers<number>()
    const asked = outcome(sql.begin(async (tx) => {
      begun.resolve(await pidOf(tx))
      queued = Array.from({ length: 150 }, (_, i) => outcome(tx`select ${i}::int, pg_sleep(5)`))
      await Promise.all(queued)
      await tx`select 1`
    }))
    await begun.promise
    await pause(30)
    await kill(await begun.promise)
    expect(await asked).toBe('refused')
    expect(new Set(await Promise.all(queued))).toEqual(new Set(['refused']))
  })

  it('leaves the pool whole, however often and whenever it happens', async () => {
    const sql = open(4)
    const counts = { done: 0, refused: 0, lost: 0 } as Record<string, number>
    let isOver = false
    const work = async (): Promise<void> => {
      while (!isOver) {
        const end = await outcome(sql.begin(async (tx) => {
          await tx`select 1`
          await pause(3)
          await tx`select 2`
        }))
        counts[end] = (counts[end] ?? 0) + 1
        await pause(2)
      }
    }
    const workers = Array.from({ length: 4 }, work)
    for (let round = 0; round < 5; round += 1) {
      await pause(150)
      proxy.cut()
      await pause(150)
      proxy.mend()
    }
    isOver = true
    await Promise.all(workers)
    expect(counts).toMatchObject({ lost: 0, done: expect.toSatisfy((n: number) => n > 0), refused: expect.toSatisfy((n: number) => n > 0) })
    expect(await Promise.all(Array.from({ length: 4 }, () => outcome(sql.begin(async (tx) => tx`select pg_sleep(0.1)`))))).toEqual(Array<string>(4).fill('done'))
  })
})

it('keeps a transaction to itself when it begins behind a full pipeline', async () => {
  const sql = open(1)
  await sql`select 1`
  // One active and 99 waiting: BEGIN is the one that fills the pipeline.
  const before = Array.from({ length: 100 }, () => sql`select 1`.execute())
  const tx = sql.begin(async (inside) => {
    await inside`insert into noted values ('inside')`
    await pause(20)
    throw new Error('rolled back')
  })
  const beside = sql`insert into noted values ('beside')`.execute()
  expect(await outcome(tx)).toBe('refused')
  await Promise.all([...before, beside])
  expect(await words()).toEqual(['beside'])
})
