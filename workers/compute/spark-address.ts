/**
 * Where an embedded Spark listens, chosen once and kept (0600): kernels are told the address before Spark is up,
 * and still have the right one after it was restarted. The token lets in only who was told it.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import type { ComputeId } from '#lib/domain/ids.ts'

const schema = z.object({ port: z.int().min(1).max(65_535), token: z.string().min(32) })
export type SparkAddress = z.infer<typeof schema>

const DEFAULT_PORT = 15_002

export const computeRunFolder = (dataDir: string): string => join(dataDir, 'run', 'c')

export async function keepAddress(dataDir: string, computeId: ComputeId): Promise<SparkAddress> {
  return readAddress(dataDir, computeId) ?? chooseAddress(dataDir, computeId)
}

/** Another one, where the kept port was taken by somebody else. Kernels that know the old one must be restarted. */
export async function chooseAddress(dataDir: string, computeId: ComputeId): Promise<SparkAddress> {
  const address = { port: await freePort(), token: randomBytes(32).toString('hex') }
  mkdirSync(computeRunFolder(dataDir), { recursive: true, mode: 0o700 })
  writeFileSync(fileOf(dataDir, computeId), JSON.stringify(address), { mode: 0o600 })
  return address
}

/** Whether anybody listens at a Spark Connect URL. */
export function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url.replace(/^sc:/, 'http:').split('/;')[0]!)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || DEFAULT_PORT), timeout: 2000 })
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => finish(true)).once('error', () => finish(false)).once('timeout', () => finish(false))
  })
}

/** Spark takes a token without TLS only from a host spelled `localhost`. */
export const publicUrl = ({ port }: SparkAddress): string => `sc://localhost:${port}`
export const secretUrl = (address: SparkAddress): string => `${publicUrl(address)}/;token=${address.token}`

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no free port'))))
    })
  })
}

function readAddress(dataDir: string, computeId: ComputeId): SparkAddress | null {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(dataDir, computeId), 'utf8')))
  } catch {
    return null
  }
}

const fileOf = (dataDir: string, computeId: ComputeId): string => join(computeRunFolder(dataDir), `${computeId}.json`)
