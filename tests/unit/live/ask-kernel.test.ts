/** The names that SQL completion is given: the kernel's where it knows any, and else the workspace's tables. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Catalog, CatalogTable } from '#lib/domain/kernel-question.ts'
import { KernelQuestions } from '#lib/live/ask-kernel.ts'
import { catalogOf, readTablesCatalog } from '#lib/ui/data/tables-catalog.ts'

const table = (name: string, schema: string | null = null): CatalogTable => ({ schema, name, isView: false, columns: [{ name: 'id', type: 'bigint' }] })
const WORKSPACE: Catalog = { isComplete: true, tables: [table('orders'), table('flights', 'samples')] }
const EMPTY: Catalog = { isComplete: true, tables: [] }
const OWN: Catalog = { isComplete: true, tables: [{ ...table('late'), isView: true }] }

let answer: Catalog | null
let kernel = 'idle'
let mark: object
const readTables = vi.fn(async (): Promise<Catalog | null> => WORKSPACE)
beforeEach(() => {
  kernel = 'idle'
  mark = {}
  readTables.mockClear()
  vi.stubGlobal('fetch', async () => Response.json({ kernel, answer }))
})
afterEach(() => void vi.unstubAllGlobals())

const questions = () => new KernelQuestions('n', { mark: () => mark, readTables })
const ask = (of: KernelQuestions) => of.catalog(new AbortController().signal)

it.each([['has not opened Spark', EMPTY], ['is busy or was never started', null]])('a kernel that %s leaves the workspace’s tables to be offered, read once', async (_how, given) => {
  answer = given
  const of = questions()
  expect(await ask(of)).toEqual(WORKSPACE)
  await ask(of)
  expect(readTables).toHaveBeenCalledTimes(1)
  // Something has run: it may have made a table.
  mark = {}
  await ask(of)
  expect(readTables).toHaveBeenCalledTimes(2)
})

it('asks again while the kernel is still reading what it knows', async () => {
  answer = { isComplete: false, tables: [] }
  expect(await ask(questions())).toEqual({ ...WORKSPACE, isComplete: false })
})

it('takes what the kernel knows as soon as it knows any, and keeps it while the kernel is busy', async () => {
  const of = questions()
  answer = OWN
  expect(await ask(of)).toEqual(OWN)
  mark = {}
  answer = null
  expect(await ask(of)).toEqual(OWN)
  expect(readTables).not.toHaveBeenCalled()
})

it('forgets the views of a kernel in whose place there is a new one', async () => {
  const of = questions()
  answer = OWN
  await ask(of)
  mark = {}
  answer = EMPTY
  expect(await ask(of)).toEqual(WORKSPACE)
})

it('forgets the views of a kernel that is gone', async () => {
  const of = questions()
  answer = OWN
  await ask(of)
  mark = {}
  kernel = 'stopped'
  answer = null
  expect(await ask(of)).toEqual(WORKSPACE)
})

it('reads the workspace’s tables as the server lists them', async () => {
  const tables = [{ schema: 'default', table: 'orders', isShared: false, columns: [{ name: 'id', type: 'bigint' }], isPassedOver: false }]
  vi.stubGlobal('fetch', async () => Response.json({ tables, isCut: false }))
  expect(await readTablesCatalog('harbour')).toEqual({ isComplete: true, tables: [table('orders')] })
})

it('asks for the tables again when they could not be read', async () => {
  answer = EMPTY
  readTables.mockResolvedValueOnce(null)
  const of = questions()
  expect((await ask(of))?.tables ?? []).toEqual([])
  expect(await ask(of)).toEqual(WORKSPACE)
})

it('names tables of the default schema by their own name, as Spark takes them', () => {
  const found = catalogOf([{ schema: 'default', table: 'orders', isShared: false, columns: [{ name: 'id', type: 'bigint' }], isPassedOver: false }, { schema: 'samples', table: 'flights', isShared: true, columns: [{ name: 'id', type: 'bigint' }], isPassedOver: false }])
  expect(found).toEqual(WORKSPACE)
})
