/**
 * A process that starts others as fast as it can is stopped with all of them, also those that were on their way when
 * the stop came and that leave its session at once (B10). With much memory a start takes long enough to be met by one.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { freezeFamily, killAll } from '../../../workers/processes/end-family.ts'

const ROUNDS = 12
const STARTS_OTHERS = `import os, time
held = [bytearray(4096) for _ in range(60000)]
for _ in range(300):
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
time.sleep(60)`

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dh-freeze-')))
afterAll(() => {
  killAll(processesHere())
  rmSync(folder, { recursive: true, force: true })
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const processesHere = () => readdirSync('/proc').map(Number).filter((pid) => {
  try {
    return pid > 0 && readlinkSync(`/proc/${pid}/cwd`) === folder
  } catch {
    return false
  }
})

it('B10: who is stopped starts nobody any more, and nobody is missed', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = spawn(process.env.PYTHON ?? 'python3', ['-c', STARTS_OTHERS], { cwd: folder, detached: true, stdio: 'ignore' })
    for (let waited = 0; processesHere().length < 5 + round && waited < 5000; waited += 5) await pause(5)
    const frozen = await freezeFamily(first.pid!)
    expect(frozen.length).toBeGreaterThan(4)
    killAll(frozen)
    // Who is killed goes when the machine has time for it; who was missed sleeps on for a minute.
    for (let waited = 0; processesHere().length > 0 && waited < 20_000; waited += 50) await pause(50)
    expect(processesHere()).toEqual([])
  }
}, 300_000)
