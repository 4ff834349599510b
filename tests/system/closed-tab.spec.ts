/** F1, F14: what was typed while the server was away survives in the browser, though its tab was closed meanwhile. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { changeRole } from './change-role.ts'
import { makeRoomCuttable } from './cut-room.ts'
import { enterCell, makeNotebook, openNotebook, textOf, type MadeNotebook } from './notebook-page.ts'
import { expect, test } from './people.ts'
import { replaceHistory } from './replace-history.ts'

/** The browser writes its copy a moment after the letters are on the page, and behind them which cells are not saved. Read together, one waits for both. */
const untilKept = (page: Page, notebook: MadeNotebook) => expect.poll(async () => {
  const notes = (await heldIn(page, notebook, 'custom')) as (string[] | { cells: string[] })[]
  return notes.flatMap((note) => (Array.isArray(note) ? note : note.cells))
}).toEqual(['cell-0'])

const rowsOf = async (page: Page, notebook: MadeNotebook): Promise<number> => (await heldIn(page, notebook, 'updates')).length

/** What a store of the copy holds. */
const heldIn = (page: Page, notebook: MadeNotebook, store: 'updates' | 'custom'): Promise<unknown[]> => page.evaluate(async ([prefix, store]) => {
  const name = (await indexedDB.databases()).find((one) => one.name?.startsWith(prefix) === true)?.name ?? ''
  const answer = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const copy = await answer(indexedDB.open(name))
  try {
    return await answer(copy.transaction(['updates', 'custom']).objectStore(store).getAll())
  } finally {
    copy.close()
  }
}, [`dataharbour-notebook-${notebook.id}-`, store] as const)

test('typed offline, tab closed, server back: the next visit has the words and saves them, and nobody else does who signs in on this browser', async ({ owner, colleague, product }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Offline', [{ kind: 'python', source: '' }])
  const page = await owner.page.context().newPage()
  await openNotebook(page, notebook)
  await enterCell(page, 1)
  product.web.kill('SIGKILL')
  await expect(page.getByText(/Reconnecting|Offline/).first()).toBeVisible()
  await page.keyboard.type('written at sea', { delay: 5 })
  await expect.poll(() => textOf(page, 1)).toBe('written at sea')
  await expect(page.getByText(/edits kept here/)).toBeVisible()
  await untilKept(page, notebook)
  await page.close({ runBeforeUnload: false })
  await product.restartWeb()

  const context = owner.page.context()
  const own = await context.cookies()
  const become = async (cookies: typeof own) => {
    await context.clearCookies()
    await context.addCookies(cookies)
  }
  await become(await mate.page.context().cookies())
  await openNotebook(owner.page, notebook)
  await enterCell(owner.page, 1)
  await owner.page.keyboard.type('at the desk. ')
  await expect(owner.page.getByText('Saved', { exact: true })).toBeVisible()
  expect(await textOf(owner.page, 1)).toBe('at the desk. ')

  await become(own)
  await openNotebook(owner.page, notebook)
  await expect.poll(() => textOf(owner.page, 1)).toContain('written at sea')
  expect(await textOf(owner.page, 1)).toContain('at the desk.')
})

test('F14: of two tabs on one copy one is cut off and closed, the other saves on: the words of the first are offered once the notebook has another history', async ({ owner, product }) => {
  const notebook = await makeNotebook(owner, 'Two tabs', [{ kind: 'python', source: 'x = 1' }, { kind: 'python', source: 'y = 2' }])
  const [cut, other] = [await owner.page.context().newPage(), await owner.page.context().newPage()]
  let isCut = false
  let cutNow = () => {}
  await cut.routeWebSocket(/\/rooms\//, (socket) => {
    if (isCut) return void socket.close()
    const server = socket.connectToServer()
    cutNow = () => void Promise.all([socket.close(), server.close()])
  })
  await openNotebook(cut, notebook)
  await openNotebook(other, notebook)
  isCut = true
  cutNow()
  await expect(cut.getByText('Reconnecting…')).toBeVisible()
  await enterCell(cut, 1)
  await cut.keyboard.type(' # cut off', { delay: 5 })
  await untilKept(cut, notebook)
  await enterCell(other, 2)
  await other.keyboard.type(' # on line', { delay: 50 })
  await expect(other.getByText('Saved', { exact: true })).toBeVisible()
  await cut.close({ runBeforeUnload: false })
  await other.close()

  await replaceHistory(product, notebook)
  await openNotebook(owner.page, notebook)
  await expect(owner.page.getByText(/^1 cell that you wrote in this browser before the notebook was replaced/)).toBeVisible()
  await owner.page.getByRole('button', { name: 'Put back at the end' }).click()
  await expect.poll(() => textOf(owner.page, 3)).toBe('x = 1 # cut off')
})

test('F14: typed offline, tab closed, and the notebook has another history at the next visit: the words are offered, not lost in silence', async ({ owner, colleague, product }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Replaced meanwhile', [{ kind: 'python', source: 'x = 1' }, { kind: 'python', source: 'y = 2' }])
  const page = await owner.page.context().newPage()
  await openNotebook(page, notebook)
  await openNotebook(mate.page, notebook)
  await enterCell(mate.page, 2)
  await mate.page.keyboard.type(' # saved')
  await expect.poll(() => textOf(page, 2)).toBe('y = 2 # saved')
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  await mate.page.goto('about:blank')
  await enterCell(page, 1)
  product.web.kill('SIGKILL')
  await expect(page.getByText(/Reconnecting|Offline/).first()).toBeVisible()
  await page.keyboard.type(' # at sea', { delay: 5 })
  await expect(page.getByText(/9 edits kept here/)).toBeVisible()
  await untilKept(page, notebook)
  await page.close({ runBeforeUnload: false })

  await replaceHistory(product, notebook)

  await openNotebook(owner.page, notebook)
  const notice = owner.page.getByText('1 cell that you wrote in this browser before the notebook was replaced by another version is not in the notebook as you wrote it.')
  await expect(notice).toBeVisible()
  // It waits for a decision, through any number of visits.
  await owner.page.reload()
  await expect(notice).toBeVisible()
  await owner.page.getByRole('button', { name: 'Put back at the end' }).click()
  await expect.poll(() => textOf(owner.page, 3)).toBe('x = 1 # at sea')
  await expect(notice).toHaveCount(0)
  await expect(owner.page.getByText('Saved', { exact: true })).toBeVisible()

  // Whose work was all saved hears nothing, and nothing of the old history stays in any browser.
  await openNotebook(mate.page, notebook)
  await expect.poll(() => textOf(mate.page, 3)).toBe('x = 1 # at sea')
  await expect(mate.page.getByText(/before the notebook was replaced/)).toHaveCount(0)
  for (const one of [owner.page, mate.page]) {
    await expect.poll(() => one.evaluate(async (prefix) => (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.split('-').at(-1)] : [])), `dataharbour-notebook-${notebook.id}`)).toEqual(['2'])
  }
})

test('where a browser keeps nothing, the page asks before it is left with edits that are not saved', async ({ owner, product }) => {
  const notebook = await makeNotebook(owner, 'Keeps nothing', [{ kind: 'python', source: '' }])
  const context = await owner.page.context().browser()!.newContext({ baseURL: product.url, storageState: await owner.page.context().storageState() })
  const page = await context.newPage()
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }))
  await openNotebook(page, notebook)
  await enterCell(page, 1)
  product.web.kill('SIGKILL')
  await expect(page.getByText(/Reconnecting|Offline/).first()).toBeVisible()
  await page.keyboard.type('at sea')
  await expect(page.getByText(/6 edits only on this page/)).toBeVisible()
  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const question = await asked
  expect(question.type()).toBe('beforeunload')
  await question.dismiss()
  await product.restartWeb()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible({ timeout: 20_000 })
  await openNotebook(owner.page, notebook)
  await expect.poll(() => textOf(owner.page, 1)).toBe('at sea')
  await context.close()
})

test('a visitor who comes back and cannot reach the room goes on with the copy, and the badge says so', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'No line', [{ kind: 'python', source: 'x' }])
  const page = await owner.page.context().newPage()
  await openNotebook(page, notebook)
  let isCut = true
  await page.routeWebSocket(/\/rooms\//, (socket) => void (isCut ? socket.close() : socket.connectToServer()))
  await page.reload()
  await expect(page.getByText('Reconnecting…')).toBeVisible()
  await enterCell(page, 1)
  await page.keyboard.type(' = 1', { delay: 5 })
  await expect(page.getByText('Reconnecting: 4 edits kept here')).toBeVisible()
  // Another visit cannot count what this one left.
  await untilKept(page, notebook)
  await page.reload()
  await expect(page.getByText('Reconnecting: edits kept here')).toBeVisible()
  isCut = false
  await expect(page.getByText('Saved', { exact: true })).toBeVisible({ timeout: 20_000 })
  await expect.poll(() => textOf(page, 1)).toBe('x = 1')
})

test('others type without a rest: the copy of who looks on stays short meanwhile, and without a line the next visit has every letter', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Never at rest', [{ kind: 'python', source: '# ' }])
  // A long line is folded.
  const seen = async () => (await textOf(owner.page, 1)).replaceAll(/\s/g, '')
  const line = await makeRoomCuttable(owner.page)
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await enterCell(mate.page, 1)
  const letters = 'typed-while-you-looked-on-'.repeat(50)
  await mate.page.keyboard.type(letters)
  // At once: when all have rested for a second, any way of writing has made one row of them.
  const rows = await rowsOf(owner.page, notebook)
  await expect.poll(seen).toBe(`#${letters}`)
  expect(rows).toBeLessThan(300)
  await line.cut()
  await expect(owner.page.getByText('Reconnecting…')).toBeVisible()
  // A look into the copy waits for what is being written there.
  await rowsOf(owner.page, notebook)
  await owner.page.reload()
  await expect(owner.page.getByText('Reconnecting…')).toBeVisible()
  await expect.poll(seen).toBe(`#${letters}`)
})

test('typed without a line, and by the next visit the person may only read: the words are offered, and saved once they may write again', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Read only by now', [{ kind: 'python', source: 'x = 1' }, { kind: 'python', source: 'y = 2' }])
  const { page } = mate
  await openNotebook(page, notebook)
  let isCut = true
  await page.routeWebSocket(/\/rooms\//, (socket) => void (isCut ? socket.close() : socket.connectToServer()))
  await page.reload()
  await enterCell(page, 1)
  await page.keyboard.type(' # mine', { delay: 5 })
  await expect(page.getByText('Reconnecting: 7 edits kept here')).toBeVisible()
  await untilKept(page, notebook)

  await changeRole(owner, mate, 'viewer')
  isCut = false
  await page.reload()
  const notice = page.getByText('1 cell that you wrote in this browser while you could change the notebook is not in the notebook as you wrote it.')
  await expect(notice).toBeVisible()
  await expect(page.getByRole('button', { name: 'Put back at the end' })).toHaveCount(0)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download', exact: true }).click()])
  expect(readFileSync(await download.path(), 'utf8')).toBe('# %%\nx = 1 # mine\n')

  await changeRole(owner, mate, 'editor')
  await expect(notice).toHaveCount(0)
  await expect.poll(() => textOf(page, 1)).toBe('x = 1 # mine')
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
})
