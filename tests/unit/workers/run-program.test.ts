/** A program that is run to its end: how it failed is told, and what it started does not outlive it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { exists, startOf } from '#workers/processes/identity.ts'
import { runProgram } from '#workers/processes/run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'dh-program-'))
afterAll(() => rmSync(folder, { recursive: true }))
const sh = (script: string, unwanted = new AbortController().signal) => runProgram({ command: '/bin/sh', args: ['-c', script], env: { PATH: '/usr/bin:/bin' }, folder }, unwanted)

it('tells its last words where it does not succeed', async () => {
  await sh('true')
  await expect(sh('echo no such boat >&2; exit 3')).rejects.toThrow(/ended with 3: no such boat/)
  await expect(sh('true', AbortSignal.abort())).rejects.toThrow(/aborted/)
})

it('ends with all that it started when it is not wanted any more', async () => {
  const stop = new AbortController()
  const running = sh('sleep 300 & echo $! > child; wait', stop.signal)
  const child = await vi.waitFor(() => {
    const pid = Number(readFileSync(join(folder, 'child'), 'utf8'))
    // The file is there before the number is in it, and 0 is ourselves.
    if (pid === 0 || !exists(pid)) throw new Error('not yet')
    return pid
  }, 10_000)
  stop.abort()
  await expect(running).rejects.toThrow(/SIGKILL/)
  await vi.waitFor(async () => expect(await startOf(child)).toBeNull(), 10_000)
}, 30_000)
