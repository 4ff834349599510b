/** B8: what a page gets of a cell that prints too much, and what is kept of it in the object store. */
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Output } from '#lib/domain/feed.ts'
import { addOutput } from '#lib/domain/fold-outputs.ts'
import type { RunId, WorkspaceId } from '#lib/domain/ids.ts'
import { HEAD_CHARS, KEPT_BYTES_MAX, PART_CHARS, readPartName, ROW_CHARS, rowsOf, TAIL_CHARS } from '#lib/domain/long-text.ts'
import { createLog } from '#server/log.ts'
import { createMemoryObjects } from '#server/objects/memory-objects.ts'
import { createCellText, LOOK_EVERY_MS } from '#workers/runs/cell-text.ts'
import { keepText } from '#workers/runs/text-store.ts'

const RUN = { id: 'r1' as RunId, workspaceId: 'w1' as WorkspaceId }
const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
const stdout = (text: string) => ({ kind: 'stream' as const, name: 'stdout' as const, text })
const textOf = (outputs: readonly Output[]) => outputs.flatMap((output) => (output.kind === 'stream' ? [output.text] : []))

function makeCell() {
  const kept: string[] = []
  const sent: Output[] = []
  const text = createCellText(RUN.id, () => ({ write: (piece) => void kept.push(piece), textId: 't1', keptBytes: 0 }))
  const take = (outputs: Output[]) => void sent.push(...outputs)
  const shown = () => sent.reduce<readonly Output[]>(addOutput, [])
  return { text, take, sent, shown, kept: () => kept.join('') }
}

describe('B8: text on the page', () => {
  it('is all there below the limit, and nothing of it goes to the store', () => {
    const cell = makeCell()
    for (let i = 0; i < 100; i++) cell.take(cell.text.print(stdout(`${i}\n`), i))
    cell.take(cell.text.finish(200))
    expect(textOf(cell.shown())).toEqual([Array.from({ length: 100 }, (_, i) => `${i}\n`).join('')])
    expect(cell.kept()).toBe('')
  })

  it('keeps head and tail of half a million lines, sends a fraction, and keeps the whole', () => {
    const cell = makeCell()
    let all = 0
    for (let i = 0; i < 500_000; i++) {
      const line = `line ${i}\n`
      all += line.length
      cell.take(cell.text.print(stdout(line), i / 1000))
    }
    cell.take(cell.text.finish(500))
    const shown = cell.shown()
    expect(shown.map((output) => output.kind)).toEqual(['stream', 'omitted', 'stream'])
    const [head, tail] = textOf(shown)
    expect([head?.length, tail?.length]).toEqual([HEAD_CHARS, TAIL_CHARS])
    expect(head?.startsWith('line 0\n')).toBe(true)
    expect(tail?.endsWith('line 499999\n')).toBe(true)
    expect(shown[1]).toMatchObject({ chars: all, textId: 't1', runId: 'r1' })
    expect(textOf(cell.sent).join('').length).toBeLessThan(HEAD_CHARS + TAIL_CHARS + 200_000)
    expect(cell.kept().length).toBe(all)
  }, 30_000)

  it('shows the end live, once a look, also of a cell that falls silent', () => {
    const cell = makeCell()
    cell.take(cell.text.print(stdout('x'.repeat(HEAD_CHARS + 10)), 0))
    cell.take(cell.text.print(stdout('first\n'), 1))
    expect(textOf(cell.shown())).toEqual(['x'.repeat(HEAD_CHARS)])
    expect(cell.text.isWaiting).toBe(true)
    cell.take(cell.text.look(LOOK_EVERY_MS))
    expect(textOf(cell.shown()).at(-1)).toBe(`${'x'.repeat(10)}first\n`)
  })

  it('keeps what was printed above a picture above it', () => {
    const cell = makeCell()
    cell.take(cell.text.print(stdout('x'.repeat(HEAD_CHARS + 1)), 0))
    cell.take(cell.text.print(stdout('above\n'), 1))
    cell.take([...cell.text.settle(2), { kind: 'notice', text: 'picture' }])
    cell.take(cell.text.print(stdout('below\n'.repeat(20_000)), 1000))
    cell.take(cell.text.finish(1001))
    const kinds = cell.shown().map((output) => (output.kind === 'stream' ? output.text.slice(-6).trim() : output.kind))
    expect(kinds).toEqual(['xxxxxx', 'omitted', 'above', 'notice', 'below'])
  })

  it('counts a bar as the one line that it is, however long it runs', () => {
    const cell = makeCell()
    for (let i = 0; i < 20_000; i++) cell.take(cell.text.print({ kind: 'stream', name: 'stderr', text: `\r${i}% ${'█'.repeat(50)}` }, i))
    expect(cell.shown()).toHaveLength(1)
    expect(cell.kept()).toBe('')
  })

  it('makes of thousands of redraws in one piece the last one', () => {
    const cell = makeCell()
    cell.take(cell.text.print(stdout('go '), 0))
    cell.take(cell.text.print(stdout(Array.from({ length: 50_000 }, (_, i) => `\r${i}%`).join('')), 1))
    expect(textOf(cell.sent).join('').length).toBeLessThan(100)
    expect(textOf(cell.shown())).toEqual(['49999%'])
  })

  it('never shows what was not printed, and always the very end', () => {
    const pieces = fc.array(fc.tuple(fc.constantFrom(10, 5000, 90_000), fc.nat(700)), { minLength: 1, maxLength: 25 })
    fc.assert(fc.property(pieces, (list) => {
      const cell = makeCell()
      let all = ''
      let now = 0
      for (const [size, pause] of list) {
        const piece = `${String(all.length).padStart(9, '_')}`.repeat(Math.ceil(size / 9))
        all += piece
        cell.take(cell.text.print(stdout(piece), (now += pause)))
      }
      cell.take(cell.text.finish(now))
      const [head = '', tail = ''] = textOf(cell.shown())
      expect(all.startsWith(head)).toBe(true)
      expect(tail === '' ? all === head : all.endsWith(tail)).toBe(true)
    }), { numRuns: 60 })
  })
})

describe('B8: the whole text in the store', () => {
  async function keep(...pieces: string[]) {
    const objects = createMemoryObjects()
    const text = keepText({ objects, log }, RUN)
    for (const piece of pieces) text.write(piece)
    await text.flush()
    const parts = []
    for await (const { key, bytes } of objects.list('')) parts.push({ ...readPartName(key.split('/').at(-1)!, bytes)!, text: new TextDecoder().decode((await objects.get(key))!) })
    return { text, parts, whole: parts.map((part) => part.text).join('') }
  }

  it('is numbered parts that end with a line and say which rows they hold', async () => {
    const line = `${'ø'.repeat(99)}\n`
    const { parts, whole, text } = await keep(...Array.from({ length: 30 }, () => line.repeat(1000)))
    expect(whole).toBe(line.repeat(30_000))
    expect(parts.length).toBeGreaterThan(2)
    let row = 0
    for (const part of parts) {
      expect(part.firstRow).toBe(row)
      expect(rowsOf(part.text)).toHaveLength(part.rows)
      expect(part.text.endsWith('\n')).toBe(true)
      row += part.rows
    }
    expect(row).toBe(30_000)
    expect(text.keptBytes).toBe(Buffer.byteLength(whole))
  })

  it('cuts one endless line into rows', async () => {
    const { parts, whole } = await keep('x'.repeat(PART_CHARS * 2 + 500))
    expect(whole.length).toBe(PART_CHARS * 2 + 500)
    expect(parts.map((part) => part.rows)).toEqual([PART_CHARS / ROW_CHARS, PART_CHARS / ROW_CHARS, 1])
  })

  it('ends at the limit, whatever comes', async () => {
    const piece = 'y'.repeat(PART_CHARS)
    const { whole } = await keep(...Array.from({ length: 130 }, () => piece))
    expect(whole.length).toBeGreaterThanOrEqual(KEPT_BYTES_MAX)
    expect(whole.length).toBeLessThan(KEPT_BYTES_MAX + 2 * PART_CHARS)
  })

  it('is given up when the store does not take it, and says so', async () => {
    const objects = { ...createMemoryObjects(), put: async () => { await sleep(1); throw new Error('away') } }
    const text = keepText({ objects, log }, RUN)
    text.write('z'.repeat(PART_CHARS + 1))
    await text.flush()
    expect([text.textId, text.keptBytes]).toEqual([null, 0])
  })

  it('asks for time while more waits than the store takes, and is given up when it takes nothing', async () => {
    vi.useFakeTimers()
    try {
      const takes: (() => void)[] = []
      const objects = { ...createMemoryObjects(), put: () => new Promise<void>((resolve) => void takes.push(resolve)) }
      const text = keepText({ objects, log }, RUN)
      const write = (parts: number) => Array.from({ length: parts }, () => text.write('z'.repeat(PART_CHARS)))
      write(3)
      expect(text.room()).toBeUndefined()
      write(5)
      let hasRoom = false
      const room = Promise.resolve(text.room()).then(() => (hasRoom = true))
      await vi.advanceTimersByTimeAsync(1000)
      expect(hasRoom).toBe(false)
      for (let i = 0; i < 8 && !hasRoom; i += 1) {
        takes.splice(0).forEach((take) => take())
        await vi.advanceTimersByTimeAsync(0)
      }
      await room
      expect(text.textId).not.toBeNull()
      write(6)
      const waited = Promise.resolve(text.room())
      await vi.advanceTimersByTimeAsync(6000)
      await waited
      expect([text.textId, text.room()]).toEqual([null, undefined])
    } finally {
      vi.useRealTimers()
    }
  })
})
