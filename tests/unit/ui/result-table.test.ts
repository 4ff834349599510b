/** The rows behind a grid: what is asked, what stays on screen meanwhile, and what an answer that comes too late may do. */
import { describe, expect, it } from 'vitest'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import { saveInOrder } from '#lib/ui/dashboard/save-in-order.ts'
import { ResultTable, WINDOW } from '#lib/ui/result/result-table.svelte.ts'

const TOTAL = 1000
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

/** Rows are [index, tag of the order]; answers wait until they are let go. */
function makeStore(total = TOTAL) {
  const asked: { request: PageRequest; answer: (outcome?: Outcome<Page>) => void }[] = []
  const ask = (request: PageRequest) =>
    new Promise<Outcome<Page>>((resolve) => {
      const tag = request.sort[0]?.column ?? 'none'
      const rows = Array.from({ length: Math.max(0, Math.min(request.limit, total - request.offset)) }, (_, at) => [request.offset + at, tag])
      asked.push({ request, answer: (outcome = { ok: true, value: { columns: [], rows, offset: request.offset, total } }) => resolve(outcome) })
    })
  return { asked, ask }
}
const refusal = { ok: false, reason: 'storage-unavailable', message: 'The object store cannot be reached.' } as const
const byName: Pick<PageRequest, 'sort' | 'filter'> = { sort: [{ column: 'name', direction: 'asc' }], filter: [] }

describe('ResultTable', () => {
  it('asks for what is in view, once', async () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, null)
    table.load(0, 30)
    table.load(5, 35)
    table.load(190, 230)
    expect(asked.map(({ request }) => request.offset)).toEqual([0, WINDOW])
    expect(table.row(3)).toBeUndefined()
    asked.forEach(({ answer }) => answer())
    await settle()
    expect([table.row(3), table.row(205), table.row(900)]).toEqual([[3, 'none'], [205, 'none'], undefined])
    table.load(0, 300)
    expect(asked).toHaveLength(2)
  })

  it('paints the first page without a request', () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, { columns: [], rows: [['first']], offset: 0, total: TOTAL })
    table.load(0, 20)
    expect([table.row(0), asked.length]).toEqual([['first'], 0])
  })

  it('keeps the old rows until the new order is there, and never mixes the two', async () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, null)
    table.load(0, 10)
    asked[0]!.answer()
    await settle()
    table.load(WINDOW, WINDOW + 10)
    void table.change(byName)
    expect([table.row(0), table.isChanging]).toEqual([[0, 'none'], true])
    asked[2]!.answer()
    await settle()
    expect([table.row(0), table.isChanging]).toEqual([[0, 'name'], false])
    asked[1]!.answer()
    await settle()
    expect(table.row(WINDOW)).toBeUndefined()
  })

  it('shows the last of several orders, whatever comes back first', async () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, null)
    void table.change(byName)
    void table.change({ ...byName, sort: [{ column: 'age', direction: 'asc' }] })
    asked[1]!.answer()
    asked[0]!.answer()
    await settle()
    expect(table.row(0)).toEqual([0, 'age'])
  })

  it('says why there are no rows, keeps those that are there, and tries again', async () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, null)
    table.load(0, 10)
    asked[0]!.answer()
    await settle()
    void table.change(byName)
    asked[1]!.answer(refusal)
    await settle()
    expect([table.problem, table.row(0)]).toEqual([refusal.message, [0, 'none']])
    table.retry()
    asked[2]!.answer()
    await settle()
    expect([table.problem, table.row(0)]).toEqual([null, [0, 'name']])
  })

  it('asks of what was scrolled past nothing but what was on its way, and then what is in view', async () => {
    const { asked, ask } = makeStore(1_000_000)
    const table = new ResultTable(ask, 1_000_000, null)
    for (let row = 0; row < 900_000; row += WINDOW) table.load(row, row + 20)
    expect(asked.length).toBeLessThanOrEqual(4)
    asked[0]!.answer()
    await settle()
    expect(asked.at(-1)!.request.offset).toBe(900_000 - WINDOW)
    asked.at(-1)!.answer()
    await settle()
    expect(table.row(900_000 - WINDOW)).toEqual([900_000 - WINDOW, 'none'])
  })

  it('never lets go of what is in view, however much comes after it', async () => {
    const { asked, ask } = makeStore(1_000_000)
    const table = new ResultTable(ask, 1_000_000, null)
    const answerAll = async () => {
      for (const { answer } of asked.splice(0)) answer()
      await settle()
    }
    table.load(10_000, 10_020)
    await answerAll()
    for (let row = 20_000; row < 40_000; row += WINDOW) {
      table.load(row, row + 20)
      // Back to where it was before the answer is here.
      table.load(10_000, 10_020)
      await answerAll()
      expect(table.row(10_000), `after row ${row}`).toEqual([10_000, 'none'])
    }
  })

  it('says so until all that is in view is here, and tries again where the view is', async () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, null)
    table.load(0, 10)
    asked[0]!.answer()
    await settle()
    table.load(WINDOW * 3 - 5, WINDOW * 3 + 5)
    asked[1]!.answer(refusal)
    await settle()
    asked[2]!.answer()
    await settle()
    asked[3]!.answer(refusal)
    await settle()
    expect([table.problem, table.row(WINDOW * 3 - 1), table.row(WINDOW * 3)]).toEqual([refusal.message, undefined, [WINDOW * 3, 'none']])
    table.retry()
    asked[4]!.answer()
    await settle()
    expect([table.problem, table.row(WINDOW * 3 - 1), asked.length]).toEqual([null, [WINDOW * 3 - 1, 'none'], 5])
  })

  it('fills the view in a new order too, wherever it has come to', async () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, null)
    table.load(WINDOW * 2, WINDOW * 2 + 10)
    asked[0]!.answer()
    await settle()
    void table.change(byName)
    asked[1]!.answer()
    await settle()
    asked[2]!.answer()
    await settle()
    expect(table.row(WINDOW * 2)).toEqual([WINDOW * 2, 'name'])
  })

  it('collects rows for the clipboard across pages, in the order on screen', async () => {
    const { asked, ask } = makeStore()
    const table = new ResultTable(ask, TOTAL, null)
    const collected = table.collect(990, 5000)
    asked[0]!.answer()
    await settle()
    asked[1]?.answer()
    const rows = await collected
    expect(rows.ok && rows.value.map((row) => row[0])).toEqual([990, 991, 992, 993, 994, 995, 996, 997, 998, 999])
  })
})

describe('saveInOrder', () => {
  it('saves at once, and what comes meanwhile as one afterwards, with nothing left out', async () => {
    const saved: number[][] = []
    const saves = saveInOrder(async (state: number[]) => {
      await settle()
      saved.push(state)
    }, (older, newer) => [...older, ...newer])
    for (const state of [1, 2, 3, 4]) saves.put([state])
    await saves.settled()
    expect(saved).toEqual([[1], [2, 3, 4]])
    saves.put([5])
    await saves.settled()
    expect(saved).toEqual([[1], [2, 3, 4], [5]])
  })
})
