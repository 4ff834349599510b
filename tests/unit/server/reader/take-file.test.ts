import { mkdtempSync, existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { takeFile } from '#server/reader/take-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'dh-take-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.useRealTimers())

function written(name: string, bytes: number): string {
  const path = join(folder, name)
  writeFileSync(path, Buffer.alloc(bytes, 'a'))
  return path
}

/** Whether this process still holds the file, which is what keeps it on the disk. */
const isHeld = (path: string): boolean => readdirSync('/proc/self/fd').some((fd) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path)
  } catch {
    return false
  }
})

describe('takeFile', () => {
  it('gives every byte, and the file has no name meanwhile', async () => {
    const path = written('whole', 700_000)
    const body = await takeFile(path)
    expect(existsSync(path)).toBe(false)
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(700_000)
  })

  it.runIf(process.platform === 'linux')('lets go of the disk when nobody goes on to read, and the reader hears that it is not whole', async () => {
    const path = written('stalled', 2_000_000)
    const reader = (await takeFile(path, 50)).getReader()
    await reader.read()
    await vi.waitUntil(() => !isHeld(path), { timeout: 10_000 })
    await expect(reader.read()).rejects.toThrow('Nobody went on')
  })

  it('goes on for a reader that is slow but reads', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let bytes = 0
    for await (const piece of await takeFile(written('slow', 1_000_000))) {
      vi.advanceTimersByTime(100_000)
      bytes += piece.byteLength
    }
    expect(bytes).toBe(1_000_000)
  })

  it.runIf(process.platform === 'linux')('lets go at once when the download is given up', async () => {
    const path = written('given-up', 2_000_000)
    const body = await takeFile(path)
    expect(isHeld(path)).toBe(true)
    await body.cancel()
    expect(isHeld(path)).toBe(false)
  })
})
