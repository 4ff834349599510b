/** What processes use, by /proc, and what the system says when memory has run out; of real processes and of a drawn /proc. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { KernelId } from '#lib/domain/ids.ts'
import { createKernelMeters } from '#workers/kernels/kernel-meters.ts'
import { memoryLimit } from '#workers/kernels/memory-limit.ts'
import type { Kernel } from '#workers/kernels/kernels.ts'
import { watchOom } from '#workers/processes/oom.ts'
import { readScale, readUsage, residentBytes } from '#workers/processes/usage.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

function draw(files: Record<string, string>): { root: string; put: (path: string, text: string) => void } {
  const root = mkdtempSync(join(tmpdir(), 'dh-proc-'))
  folders.push(root)
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) put(path, text)
  return { root, put }
}

describe('usage', () => {
  it('counts a session with its children, and nobody else', async () => {
    const hold = 'const kept = Buffer.alloc(60 * 2 ** 20, 1); process.stdout.write("on"); setInterval(() => kept, 1e6)'
    const child = spawn(process.execPath, ['-e', `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(hold)}], { stdio: "inherit" })`], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      const scale = readScale()
      const usage = readUsage(new Set([child.pid!]), scale).get(child.pid!)!
      expect(usage.pids).toHaveLength(2)
      expect(usage.bytes).toBeGreaterThan(100 * 2 ** 20)
      expect(residentBytes(usage.pids, scale)).toBeGreaterThan(100 * 2 ** 20)
      expect(readUsage(new Set([2 ** 30]), scale).size).toBe(0)
    } finally {
      process.kill(-child.pid!, 'SIGKILL')
    }
  })

  it('is nothing for processes that are gone', () => expect(residentBytes([2 ** 30], readScale())).toBe(0))
})

describe('the system out of memory', () => {
  const GROUP = { 'proc/self/cgroup': '0::/box\n', 'sys/fs/cgroup/box/memory.events': 'low 0\noom_kill 3\n', 'sys/fs/cgroup/box/memory.max': '1073741824\n', 'proc/meminfo': 'MemTotal:        4194304 kB\n' }

  it('is known by the counter of the control group, since the last look', () => {
    const { root, put } = draw(GROUP)
    const oom = watchOom(root)
    expect([oom.hasStruck(), oom.totalBytes()]).toEqual([false, 2 ** 30])
    put('sys/fs/cgroup/box/memory.events', 'low 0\noom_kill 4\n')
    expect(oom.hasStruck()).toBe(true)
    oom.look()
    expect(oom.hasStruck()).toBe(false)
  })

  it('is known by the machine’s counter where there is no group', () => {
    const { root, put } = draw({ 'proc/vmstat': 'nr_free 1\noom_kill 0\n', 'proc/meminfo': GROUP['proc/meminfo'] })
    const oom = watchOom(root)
    put('proc/vmstat', 'nr_free 1\noom_kill 1\n')
    expect([oom.hasStruck(), oom.totalBytes()]).toEqual([true, 2 ** 32])
  })

  it('is kept off by a limit of half of what there is for one kernel, where no other is set', () => {
    const oom = watchOom(draw(GROUP).root)
    expect([memoryLimit('half', oom), memoryLimit(2 ** 20, oom), memoryLimit(null, oom)]).toEqual([2 ** 29, 2 ** 20, null])
    expect(memoryLimit('half', watchOom(draw({}).root))).toBeNull()
  })

  it('is not known where nobody tells', () => {
    const oom = watchOom(draw({}).root)
    expect([oom.hasStruck(), oom.totalBytes()]).toEqual([false, null])
  })

  it('F6: explains the end of a kernel that was killed meanwhile, and of no other', () => {
    const { root, put } = draw(GROUP)
    const meters = createKernelMeters({ limitBytes: null, onPeak: () => {}, oom: watchOom(root) })
    const record = { pid: process.pid, pidStarted: '1', connectionPath: '' }
    meters.watch('k' as KernelId, { record, ended: new Promise(() => {}) } as unknown as Kernel)
    expect(meters.explainEnd(record, { code: null, signal: 'SIGKILL' })).toBeNull()
    put('sys/fs/cgroup/box/memory.events', 'oom_kill 4\n')
    expect(meters.explainEnd(record, { code: null, signal: 'SIGKILL' })).toMatchObject({ kind: 'memory', limitBytes: 2 ** 30, isBySystem: true })
    expect(meters.explainEnd(record, { code: 1, signal: null })).toBeNull()
    expect(meters.explainEnd({ ...record, pid: 1 }, { code: null, signal: 'SIGKILL' })).toBeNull()
    meters.close()
  })
})
