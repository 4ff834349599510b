/**
 * The Python process that makes a table of a file (spark/dataharbour/bring_in): native readers of files that anybody may
 * have made do not run inside the worker. It has the workspace's own keys and none of ours, and ends when we do: it
 * watches its stdin.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { IMPORT_TYPES } from '#lib/domain/import.ts'
import type { Config } from '#server/config.ts'
import { pythonEnv } from '../kernels/kernel-env.ts'

const badColumns = z.array(z.object({ name: z.string(), type: z.enum(IMPORT_TYPES), count: z.int(), examples: z.array(z.object({ row: z.int(), text: z.string() })) }))
const line = z.object({
  rows: z.int().optional(), fraction: z.number().nullish(), begun: z.boolean().optional(), committing: z.boolean().optional(), done: z.boolean().optional(), refused: z.boolean().optional(),
  unknown: z.object({ field: z.string(), row: z.int(), column: z.string().nullable(), like: z.string().nullable() }).optional(), message: z.string().optional(), failed: z.string().optional(), isAway: z.boolean().optional(), badColumns: badColumns.optional(),
  sheets: z.array(z.object({ name: z.string(), rows: z.int(), width: z.int() })).optional(),
})
export type ChildLine = z.infer<typeof line>

export interface ImportChild {
  /** The last word of it; null when it ended without one. */
  ended: Promise<ChildLine | null>
  /** The newest of how far it is. */
  last: () => ChildLine
  /** No commit of this import was there; from then on it makes the table. */
  hasBegun: () => boolean
  /** From then on it is not to be stopped any more. */
  isCommitting: () => boolean
  /** At once; what was not committed never is. */
  kill: () => void
  pid: number | undefined
}

const WORDS_KEPT = 4000

export function startImportChild({ config, workspaceId, keysFile, job, onWords }: { config: Config; workspaceId: WorkspaceId; keysFile: string; job: Record<string, unknown>; onWords: (words: string) => void }): ImportChild {
  const folder = join(config.dataDir, 'run', 'imports', randomUUID())
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { endpoint, region, bucket } = config.s3
  const child = spawn(config.python, ['-m', 'dataharbour.bring_in'], { cwd: folder, env: { ...pythonEnv(config, folder), DATAHARBOUR_WORKSPACE: workspaceId }, stdio: ['pipe', 'pipe', 'pipe'] })
  const storage = JSON.stringify({ endpoint, region, bucket, keysFile })
  // A child that is gone is told by its end.
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify({ ...job, storage, folder })}\n`)
  let [last, end, words]: [ChildLine, ChildLine | null, string] = [{}, null, '']
  let [hasBegun, isCommitting] = [false, false]
  createInterface({ input: child.stdout }).on('line', (text) => {
    const said = read(text)
    if (said === null) return
    if (said.rows !== undefined) last = said
    hasBegun ||= said.begun === true
    isCommitting ||= said.committing === true
    if (said.done === true || said.refused === true || said.failed !== undefined) end = said
  })
  child.stderr.on('data', (piece: Buffer) => void (words = (words + piece.toString('utf8')).slice(-WORDS_KEPT)))
  const ended = new Promise<ChildLine | null>((resolve) => {
    child.once('error', (error) => (onWords(String(error)), resolve(null)))
    child.once('close', () => {
      rmSync(folder, { recursive: true, force: true })
      if (words !== '') onWords(words)
      resolve(end)
    })
  })
  return { ended, last: () => last, hasBegun: () => hasBegun, isCommitting: () => isCommitting, kill: () => void child.kill('SIGKILL'), pid: child.pid }
}

function read(text: string): ChildLine | null {
  try {
    return line.parse(JSON.parse(text))
  } catch {
    return null
  }
}
