/** The download cache: half-done work is never taken for done, and a wrong file is never used. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { cached } = await loadBootstrap('cache.mjs')
const { fetchJars } = await loadBootstrap('steps/jars.mjs')

let root: string
let ctx: { env: Record<string, string>; signal: AbortSignal; logFile: (name: string) => string }
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dh-cache-'))
  ctx = { env: { XDG_CACHE_HOME: root, PATH: '' }, signal: new AbortController().signal, logFile: (name) => join(root, `${name}.log`) }
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const quietly = (): void => {}

it('makes a part once', async () => {
  let made = 0
  const make = (folder: string): void => writeFileSync(join(folder, 'file'), String((made += 1)))
  const first = await cached(ctx, 'part', 'v1', quietly, make)
  const second = await cached(ctx, 'part', 'v1', quietly, make)
  expect(made).toBe(1)
  expect(second.folder).toBe(first.folder)
})

it('goes on where an interrupted start stopped', async () => {
  const fail = (folder: string): never => {
    writeFileSync(join(folder, 'half'), '')
    throw new Error('interrupted')
  }
  await expect(cached(ctx, 'part', 'v1', quietly, fail)).rejects.toThrow('interrupted')
  let sawHalf = false
  await cached(ctx, 'part', 'v1', quietly, (folder: string) => void (sawHalf = existsSync(join(folder, 'half'))))
  expect(sawHalf).toBe(true)
})

it('makes a part once for two starts at the same time', async () => {
  let made = 0
  const make = async (): Promise<void> => {
    made += 1
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await Promise.all([cached(ctx, 'part', 'v1', quietly, make), cached(ctx, 'part', 'v1', quietly, make)])
  expect(made).toBe(1)
})

it('does not wait for a lock whose owner has gone', async () => {
  mkdirSync(join(root, 'dataharbour', 'part'), { recursive: true })
  writeFileSync(join(root, 'dataharbour', 'part', 'v1.lock'), JSON.stringify({ pid: 999_999_999, started: '1' }))
  await cached(ctx, 'part', 'v1', quietly, quietly)
})

it('uses no jar that arrived with another checksum', async () => {
  const server = createServer((_, response) => response.end('not a jar'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ctx.env.MAVEN_MIRROR = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await expect(fetchJars(ctx, quietly)).rejects.toThrow(/another checksum than spark\/jars\.txt/)
  server.close()
  const [folder] = readdirSync(join(root, 'dataharbour', 'jars')).filter((name) => !name.endsWith('.lock'))
  expect(readdirSync(join(root, 'dataharbour', 'jars', folder!)).filter((name) => name.endsWith('.jar'))).toEqual([])
})

it('says what to do when no repository can be reached', async () => {
  ctx.env.MAVEN_MIRROR = 'http://127.0.0.1:1'
  await expect(fetchJars(ctx, quietly)).rejects.toThrow(/Check the network, or set MAVEN_MIRROR/)
})
