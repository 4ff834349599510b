/**
 * `GET /healthz` of the real product, while the parts behind it are taken away and given back: the object store and the
 * worker by kill -9, the database on the web process's way to it, and a Spark that was given an address where nobody listens.
 */
import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Health } from '#server/health.ts'
import { signInOwner } from '../../bench/owner.ts'
import { startOwnMinio, type OwnMinio } from '../../support/own-minio.ts'
import { freePort, startProduct, type Product } from '../../support/start-product.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/** A worker that dies is known by its beats: after 15 s. */
const SOON = { timeout: 25_000, interval: 250 }

let store: OwnMinio
let proxy: TcpProxy
let product: Product
let cookie: string
let sparkPort: number
let spark: Http2Server | null = null
beforeAll(async () => {
  store = await startOwnMinio()
  sparkPort = await freePort()
  const database = new URL(process.env.DATABASE_URL ?? '')
  proxy = await startProxy({ host: database.hostname, port: Number(database.port) })
  product = await startProduct({ env: { ...store.env, SPARK_REMOTE: `sc://127.0.0.1:${sparkPort}/;use_ssl=false` }, webDatabasePort: proxy.port })
  ;({ cookie } = await signInOwner(product))
}, 120_000)
afterAll(async () => {
  proxy.mend()
  await product.stop()
  await proxy.close()
  await store.drop()
  spark?.close()
}, 60_000)

async function health(headers: Record<string, string> = {}): Promise<{ status: number; state: string } & Health['parts']> {
  const response = await fetch(`${product.url}/healthz`, { headers, signal: AbortSignal.timeout(8000) })
  const { state, parts } = (await response.json()) as Health
  return { status: response.status, state, ...parts }
}

/** Answers ReleaseSession as Spark Connect does. */
async function startSpark(): Promise<void> {
  const server = createServer()
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.resume().end()
  })
  server.listen(sparkPort, '127.0.0.1')
  await once(server, 'listening')
  expect((server.address() as AddressInfo).port).toBe(sparkPort)
  spark = server
}

describe('health', () => {
  it('says that a given Spark does not answer, and that it does once it is there', async () => {
    await expect.poll(() => health(), SOON).toMatchObject({ status: 503, state: 'down', compute: { state: 'down', reason: 'The Spark that SPARK_REMOTE names does not answer. The page of the compute says why.' }, worker: { state: 'up' } })
    expect(JSON.stringify(await health())).not.toContain(String(sparkPort))
    await startSpark()
    await expect.poll(() => health(), SOON).toMatchObject({
      status: 200, state: 'up',
      postgres: { state: 'up', reason: null }, objects: { state: 'up', reason: null }, worker: { state: 'up', reason: null }, compute: { state: 'up', reason: null }, reader: { state: 'up', reason: null },
    })
  }, 60_000)

  it('says that the object store is away, and nothing else', async () => {
    store.kill()
    await expect.poll(() => health(), SOON).toMatchObject({ status: 503, objects: { state: 'down', reason: 'The object store does not answer.' }, postgres: { state: 'up' }, worker: { state: 'up' }, compute: { state: 'up' }, reader: { state: 'up' } })
    await store.start()
    await expect.poll(() => health(), SOON).toMatchObject({ status: 200 })
  }, 60_000)

  it('without the database answers everybody in time, also who has a session or a token, and tells the others truly', async () => {
    proxy.cut()
    const callers: Record<string, string>[] = [{}, { cookie }, { authorization: 'Bearer dh_not_known' }]
    for (const headers of callers) {
      expect(await health(headers)).toMatchObject({
        status: 503, postgres: { state: 'down', reason: 'The database does not answer.' }, objects: { state: 'up' }, reader: { state: 'up' },
        worker: { state: 'unknown', reason: 'The database does not answer, so this is not known.' }, compute: { state: 'unknown' },
      })
    }
    proxy.mend()
    await expect.poll(() => health(), SOON).toMatchObject({ status: 200 })
  }, 60_000)

  it('with a database that hangs answers in time', async () => {
    proxy.freeze()
    const startedAt = performance.now()
    expect(await health({ cookie })).toMatchObject({ status: 503, postgres: { state: 'down' }, worker: { state: 'unknown' }, objects: { state: 'up' } })
    expect(performance.now() - startedAt).toBeLessThan(5000)
    // The connections that hang break; new ones pass.
    proxy.cut()
    proxy.mend()
    await expect.poll(() => health(), SOON).toMatchObject({ status: 200 })
  }, 60_000)

  it('says that no worker is there once one was killed, and that nobody looks at Spark then', async () => {
    product.worker.kill('SIGKILL')
    await expect.poll(() => health(), SOON).toMatchObject({ status: 503, postgres: { state: 'up' }, worker: { state: 'down', reason: 'No worker is running: runs wait in the queue.' }, compute: { state: 'unknown', reason: 'No worker is running to look whether the Spark that SPARK_REMOTE names answers.' } })
    await product.restartWorker()
    await expect.poll(() => health(), SOON).toMatchObject({ status: 200, worker: { state: 'up' }, compute: { state: 'up' } })
  }, 90_000)
})
