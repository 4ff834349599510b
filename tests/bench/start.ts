/** (e) Start: `npm start` in this checkout on an empty data folder (toolchain cached), then again on the same folder; until the page answers. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmEnvironment } from '../support/npm-command.ts'
import { freePort } from '../support/start-product.ts'
import { single, type Figure } from './measure.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export async function benchStart(): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dh-start-'))
  try {
    const first = await startOnce(dataDir)
    const second = await startOnce(dataDir)
    return [
      { name: 'first start, toolchain cached, to a Welcome notebook that has run', unit: 's', ours: single(first / 1000), baseline: null },
      { name: 'second start, to the page', unit: 's', ours: single(second / 1000), baseline: null },
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function startOnce(dataDir: string): Promise<number> {
  // The services of the surrounding test run are not used: this start brings its own.
  const env = npmEnvironment(dataDir, { PORT: String(await freePort()) })
  const startedAt = performance.now()
  const child = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const took = await new Promise<number>((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.includes('DataHarbour is ready:')) resolve(performance.now() - startedAt)
    })
    child.on('exit', (code) => reject(new Error(`npm start ended with ${code}: ${out}`)))
  })
  await new Promise<void>((resolve) => {
    child.removeAllListeners('exit')
    child.on('exit', () => resolve())
    child.kill('SIGTERM')
  })
  return took
}
