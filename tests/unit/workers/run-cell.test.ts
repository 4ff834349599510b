/** One cell in a kernel that is let go of, or ends, while it runs: the answer is a value, and tells whose the end is. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import type { KernelId, RunId } from '#lib/domain/ids.ts'
import type { RunCellRow, RunRow } from '#server/runs/run-rows.ts'
import { createMemoryKernels } from '#workers/kernels/memory-kernels.ts'
import type { Kernel, KernelMessage } from '#workers/kernels/kernels.ts'
import { cellRequest } from '#workers/runs/kernel-request.ts'
import { runCell, type CellCall } from '#workers/runs/run-cell.ts'

const RUN = { id: randomUUID() as RunId, workspaceId: randomUUID(), attempt: 1, parameters: {} } as unknown as RunRow
const LOOP = { cellId: 'c1', kind: 'python', source: 'loop()' } as unknown as RunCellRow

const runIn = (kernel: Kernel, over: AbortSignal, more: Partial<CellCall> = {}) => runCell({
  request: cellRequest(RUN, LOOP, { isFirst: true, sparkUrl: null, pins: [] }), held: { id: randomUUID() as KernelId, kernel }, show: () => {}, cancelled: new AbortController().signal, over, endKernel: () => kernel.stop(), endSpark: async () => null, ...more,
})

describe('a cell whose kernel is let go of', () => {
  it('F4: is left to whom its run was given', async () => {
    const kernel = await createMemoryKernels().start({ id: randomUUID() as KernelId, env: {}, folder: '' })
    const over = new AbortController()
    const end = runIn(kernel, over.signal)
    over.abort()
    kernel.detach()
    expect(await end).toEqual({ kind: 'left' })
  })

  it('F4: while its own run goes on, ends with a sentence, and so does one that begins then', async () => {
    const kernel = await createMemoryKernels().start({ id: randomUUID() as KernelId, env: {}, folder: '' })
    const end = runIn(kernel, new AbortController().signal)
    kernel.detach()
    const said = { kind: 'kernel-ended', sentence: expect.stringContaining('Run it again.') as string }
    expect(await end).toEqual(said)
    expect(await runIn(kernel, new AbortController().signal)).toEqual(said)
  })
})

describe('a cell whose kernel is gone', () => {
  const SESSION = { sessionId: randomUUID(), userId: null }
  const told: KernelMessage = { kind: 'display', data: { 'application/vnd.dataharbour.spark-session+json': SESSION }, displayId: null, isUpdate: false }

  it('F6: ends when Spark has let go of it too, and says what may go on', async () => {
    const memory = createMemoryKernels()
    const kernel = await memory.start({ id: randomUUID() as KernelId, env: {}, folder: '' })
    const telling: Kernel = { ...kernel, execute: (request, onMessage) => (void onMessage(told), kernel.execute(request, onMessage)) }
    const said = Promise.withResolvers<string | null>()
    const [endSpark, show, ended] = [vi.fn(() => said.promise), vi.fn(), vi.fn()]
    const end = runIn(telling, new AbortController().signal, { show, endSpark })
    void end.then(ended)
    memory.kill(kernel.record)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([endSpark.mock.calls, show.mock.calls, ended.mock.calls]).toEqual([[[SESSION]], [], []])
    said.resolve('What Spark did may go on.')
    expect(await end).toEqual({ kind: 'kernel-died', sentence: expect.stringMatching(/signal 9.* What Spark did may go on\.$/) as string })
  })
})

describe('a cell that does not stop', () => {
  it('B9: loses its kernel after five seconds, and ends once everybody can know why', async () => {
    vi.useFakeTimers()
    const kernel = { ...(await createMemoryKernels().start({ id: randomUUID() as KernelId, env: {}, folder: '' })), interrupt: vi.fn() }
    const told = Promise.withResolvers<void>()
    const reasons: string[] = []
    const endKernel = async (reason: string) => {
      reasons.push(reason)
      await kernel.stop()
      await told.promise
    }
    const ended = vi.fn()
    const end = runIn(kernel, new AbortController().signal, { cancelled: AbortSignal.abort(), endKernel })
    void end.then(ended)
    await vi.advanceTimersByTimeAsync(4999)
    expect([kernel.interrupt.mock.calls.length, reasons]).toEqual([3, []])
    await vi.advanceTimersByTimeAsync(1)
    expect([ended.mock.calls.length, reasons]).toEqual([0, [expect.stringMatching(/^A cell did not stop within 5 seconds.*variables are gone/)]])
    told.resolve()
    expect(await end).toEqual({ kind: 'kernel-ended', sentence: reasons[0] })
    vi.useRealTimers()
  })
})
