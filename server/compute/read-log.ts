/** The end of an embedded compute's log: what to look at when it does not start. */
import { open } from 'node:fs/promises'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeCompute } from './authorize-compute.ts'

const TAIL_BYTES = 64 * 1024

export async function readComputeLog(deps: { db: Executor }, actor: Actor | null, input: { computeId: string }): Promise<Outcome<{ text: string }, AuthorizeRefusal>> {
  const allowed = await authorizeCompute(deps, actor, input.computeId, 'compute:manage')
  if (!allowed.ok) return allowed
  const { logPath } = allowed.value
  return accept({ text: logPath === null ? '' : await readTail(logPath) })
}

async function readTail(path: string): Promise<string> {
  const file = await open(path).catch(() => null)
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start })
    const text = buffer.subarray(0, bytesRead).toString('utf8')
    // The first line of a cut is half a line.
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1)
  } finally {
    await file.close()
  }
}
