/** A process that works in transactions while its connections are cut, and tells what it lived to see. Its fate is the test. */
import pino from 'pino'
import { openStore } from '#server/store/client.ts'
import { surviveDriver } from '#server/store/survive-driver.ts'
import { startProxy } from './tcp-proxy.ts'

const ROUNDS = 5
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const url = new URL(process.argv[2] ?? '')
const proxy = await startProxy({ host: url.hostname, port: Number(url.port) })
url.port = String(proxy.port)
surviveDriver(pino({ level: 'silent' }))
const { sql } = openStore(url.href, { name: 'transactions', max: 4 })
let committed = 0
let refused = 0
let isOver = false

async function work(): Promise<void> {
  while (!isOver) {
    await sql.begin(async (tx) => {
      await tx`select 1`
      await pause(3)
      await tx`select 2`
    }).then(() => (committed += 1), () => (refused += 1))
    await pause(2)
  }
}
for (let i = 0; i < 4; i += 1) void work()
await pause(200)
const before = committed
for (let round = 0; round < ROUNDS; round += 1) {
  proxy.cut()
  await pause(150)
  proxy.mend()
  await pause(700)
}
const atEnd = committed
await pause(1_000)
isOver = true
process.stdout.write(JSON.stringify({ committedBefore: before > 0, refused: refused > 0, survived: true, committedAfter: committed > atEnd }), () => process.exit(0))
