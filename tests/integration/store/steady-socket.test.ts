/** F8: queries asked in the very moment Postgres goes away are refused or answered, never lost and never answered with nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '#server/store/client.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { pause } from '../../support/room-client.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

let database: TestDatabase
let proxy: TcpProxy
let store: ReturnType<typeof openStore>

beforeAll(async () => {
  database = await createTestDatabase()
  const url = new URL(database.url)
  proxy = await startProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  store = openStore(url.href, { name: 'steady', max: 5 })
})
afterAll(async () => {
  await store.close()
  await proxy.close()
  await database.drop()
})

const ask = async (n: number): Promise<string> => {
  const answer = store.sql`select ${n}::int as n`.then(([row]) => (row?.n === n ? 'right' : `wrong: ${JSON.stringify(row)}`), () => 'refused')
  const late = pause(8_000).then(() => 'lost')
  return Promise.race([answer, late])
}

describe('F8 the pool of connections', () => {
  it('answers rightly or refuses, whenever it is asked, and works at once when Postgres is back', async () => {
    for (let round = 0; round < 6; round += 1) {
      expect(await Promise.all([1, 2, 3, 4, 5].map(ask))).toEqual(Array<string>(5).fill('right'))
      const asked: Promise<string>[] = []
      proxy.cut()
      // Messages of other sockets come in the same turn of the loop as the end of this one.
      for (let i = 0; i < 30; i += 1) {
        asked.push(ask(i))
        await new Promise((resolve) => (i % 3 === 0 ? setImmediate(resolve) : i % 3 === 1 ? process.nextTick(resolve) : setTimeout(resolve, 2)))
      }
      proxy.mend()
      const outcomes = new Set(await Promise.all(asked))
      expect([...outcomes].filter((outcome) => outcome !== 'right' && outcome !== 'refused')).toEqual([])
    }
  })
})

describe('a transaction that Postgres leaves in the middle', () => {
  it('is refused, and does not end the process', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/transactions-process.ts', import.meta.url)), database.url], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(exitCode).toBe(0)
    expect(JSON.parse(output)).toEqual({ committedBefore: true, refused: true, survived: true, committedAfter: true })
  })
})
