// The worker's process, and the last word to what it leaves running: kernels and the embedded
// Spark outlive a worker on purpose, so only the end of `npm start` stops them.
import { join } from 'node:path'
import { ask } from '../run.mjs'
import { supervise } from '../supervise.mjs'
import { lockedNode, repoRoot } from '../where.mjs'

const stopAllMs = 40_000

export function startWorker({ env, ...common }) {
  return supervise({ ...common, name: 'worker', args: [join(repoRoot, 'workers', 'start.ts')], graceMs: 30_000, env: { ...env, NODE_ENV: 'production' } })
}

export async function stopCompute(env, logFile) {
  const tooLong = new AbortController()
  const timer = setTimeout(() => tooLong.abort(), stopAllMs)
  try {
    await ask(lockedNode, [join(repoRoot, 'workers', 'stop-all.ts')], { cwd: repoRoot, env, logFile, signal: tooLong.signal })
  } catch (error) {
    if (!tooLong.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
}
