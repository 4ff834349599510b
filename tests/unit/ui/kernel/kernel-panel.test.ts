/** The panel of variables never says of a kernel at rest that it holds nothing, only because its answer took too long. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { KernelPanel } from '#lib/ui/kernel/kernel-panel.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

const HELD = { variables: [{ name: 'tide', type: 'int', shape: null, bytes: 28, preview: '7' }], isCut: false }
let answers: { kernel: string; answer: typeof HELD | null }[]
const asked = vi.fn((path: string) => Promise.resolve(Response.json(path.endsWith('/packages') ? [] : answers.shift())))
beforeEach(() => void (vi.useFakeTimers(), asked.mockClear(), vi.stubGlobal('fetch', asked)))
afterEach(() => void (vi.useRealTimers(), vi.unstubAllGlobals()))

const panelOf = (given: typeof answers): KernelPanel => {
  answers = given
  return Object.assign(new KernelPanel({ page: { id: 'n' } } as NotebookSession), { isOpen: true })
}

it('asks a kernel at rest again that gave no answer, and shows what it holds then', async () => {
  const panel = panelOf([{ kernel: 'idle', answer: null }, { kernel: 'idle', answer: HELD }])
  await panel.load()
  expect(panel.found).toBeNull()
  await vi.advanceTimersByTimeAsync(1000)
  expect(panel.found).toEqual(HELD)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(answers).toEqual([])
  expect(asked).toHaveBeenCalledTimes(4)
})

it('asks no more once it is closed', async () => {
  const panel = panelOf([{ kernel: 'idle', answer: null }])
  await panel.load()
  panel.isOpen = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveBeenCalledTimes(2)
})

it.each(['stopped', 'dead', 'starting'])('holds nothing while the kernel is %s', async (kernel) => {
  const panel = panelOf([{ kernel, answer: null }])
  await panel.load()
  expect(panel.found).toEqual({ variables: [], isCut: false })
})
