/** Cells as wholes, by two people at once: deleted, split, merged, selected, dragged, and undone, with nobody's text lost. */
import type { Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, outputOf, pickFromMenu, pressFor, textOf, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

const cells = (page: Page) => page.getByRole('article', { name: /^Cell \d+/ })
const place = (page: Page) => page.getByText(/^(Command|Edit) mode, cell|cells? selected, at cell/)
/** The numbers of `cell-0`, `cell-1`, … in the order of the page; others are `+`. */
const order = (page: Page) => cells(page).evaluateAll((all) => all.map((one) => /^cell-cell-(\d)$/.exec(one.id)?.[1] ?? '+').join(''))
const python = (...sources: string[]) => sources.map((source) => ({ kind: 'python' as const, source }))

test('L11 one deletes the cell in which another types: every letter is in the bin and comes back by one press', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Deleted under me', python('first', 'second', 'third'))
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await typeInto(mate.page, 2, ' by mate')
  await expect.poll(() => textOf(owner.page, 2)).toBe('second by mate')

  const words = ' dxdxdxdxdxdxdxdxdxdxdxdxdxdxdx'
  const typing = mate.page.keyboard.type(words, { delay: 40 })
  await cellAt(owner.page, 2).focus()
  await owner.page.keyboard.press('d')
  await owner.page.keyboard.press('d')
  const news = mate.page.getByRole('status').filter({ hasText: /deleted the cell you were in\. It is in the bin\./ })
  await expect(news).toBeVisible()
  await typing
  // The rest of the word was no command: nothing else is gone, and the neighbour has the focus.
  await expect.poll(() => order(mate.page)).toBe('02')
  await expect(cellAt(mate.page, 2)).toBeFocused()
  await expect.poll(() => order(owner.page)).toBe('02')

  await news.getByRole('button', { name: 'Restore' }).click()
  for (const page of [owner.page, mate.page]) await expect.poll(() => order(page)).toBe('012')
  await expect(place(mate.page)).toHaveText('Edit mode, cell 2 of 3, Python')
  for (const page of [owner.page, mate.page]) await expect.poll(() => textOf(page, 2)).toBe(`second by mate${words}`)
})

test('a cell is split at the cursor and merged again, and undo keeps what the other wrote since', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Split', python('one = 1\ntwo = 2', 'last'))
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  const { keyboard } = owner.page
  await enterCell(owner.page, 1)
  await keyboard.press('Home')
  await keyboard.press('Control+Shift+Minus')
  await expect(place(owner.page)).toHaveText('Edit mode, cell 2 of 3, Python')
  await expect.poll(() => textOf(mate.page, 1)).toBe('one = 1')
  await expect.poll(() => textOf(mate.page, 2)).toBe('two = 2')
  await keyboard.type('# mine ')
  await keyboard.press('Escape')
  await typeInto(mate.page, 2, ' # theirs')
  await expect.poll(() => textOf(owner.page, 2)).toBe('# mine two = 2 # theirs')

  await keyboard.press('z')
  await expect(owner.page.getByText('Undone: split cell.')).toBeVisible()
  await expect(mate.page.getByText(/merged the cell you were in with another/)).toBeVisible()
  // Who was writing goes on in the joined cell.
  await expect(place(mate.page)).toHaveText(/^Edit mode, cell 1 of/)
  await mate.page.keyboard.type(' on')
  for (const page of [owner.page, mate.page]) await expect.poll(async () => (await textOf(page, 1)).replace(/\s+/g, ' ')).toBe('one = 1 # mine two = 2 # theirs on')
  await keyboard.press('Shift+Z')
  await expect.poll(() => textOf(mate.page, 2)).toBe('# mine two = 2 # theirs on')

  await cellAt(owner.page, 1).focus()
  await keyboard.press('Shift+J')
  await keyboard.press('Shift+M')
  await expect(cells(mate.page)).toHaveCount(2)
  await keyboard.press('z')
  await expect(cells(mate.page)).toHaveCount(3)
  await cellAt(owner.page, 3).focus()
  await keyboard.press('Control+Backspace')
  await expect.poll(async () => (await textOf(mate.page, 2)).replace(/\s+/g, ' ')).toBe('# mine two = 2 # theirs on last')
  await cellAt(owner.page, 1).focus()
  await keyboard.press('Control+Shift+M')
  await expect(cells(mate.page)).toHaveCount(1)
})

test('several cells are selected and seen to be, deleted, brought back by Z, cut, pasted and moved together', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Many', python('a = 0', 'a = 1', 'a = 2', 'a = 3', 'a = 4'))
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  const { page } = owner
  const selected = cells(page).filter({ has: page.getByText('Selected', { exact: true }) })
  await cellAt(page, 2).focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+J')
  await expect(place(page)).toHaveText('3 cells selected, at cell 4 of 5')
  await expect(selected).toHaveCount(3)
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(page.getByText('3 cells deleted.')).toBeVisible()
  await expect.poll(() => order(mate.page)).toBe('04')
  await page.keyboard.press('z')
  await expect(page.getByText('Undone: delete 3 cells.')).toBeVisible()
  await expect.poll(() => order(mate.page)).toBe('01234')

  await cellAt(page, 1).focus()
  await cellAt(page, 3).locator('.cell-card').click({ modifiers: ['ControlOrMeta'], position: { x: 6, y: 30 } })
  await expect(selected).toHaveCount(2)
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(() => order(mate.page)).toBe('13024')
  await page.keyboard.press('q')
  await expect(mate.page.getByRole('article', { name: /SQL$/ })).toHaveCount(2)
  await page.keyboard.press('x')
  await expect.poll(() => order(mate.page)).toBe('134')
  await page.keyboard.press('v')
  await expect.poll(() => order(mate.page)).toBe('13402')
  // S4: what is pasted is text; nothing runs by itself.
  expect(await owner.call('GET', `/notebooks/${notebook.id}/runs`)).toEqual([])

  await page.keyboard.press('ControlOrMeta+a')
  await expect(selected).toHaveCount(5)
  await page.keyboard.press('Escape')
  await expect(selected).toHaveCount(0)
  await page.keyboard.press('Shift+Home')
  await expect(selected).toHaveCount(5)
  await page.keyboard.press('k')
  await expect(selected).toHaveCount(0)
})

test('cells are dragged by the mouse and moved by keys while the other moves another, and Escape drops nothing', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Dragged', python('a = 0', 'a = 1', 'a = 2', 'a = 3', 'a = 4'))
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  const { page } = owner
  const drag = async (from: number, to: number, meanwhile: () => Promise<void> = async () => {}) => {
    await cellAt(page, from).hover({ position: { x: 80, y: 8 } })
    await page.getByRole('button', { name: `Drag cell ${from}`, exact: true }).hover()
    await page.mouse.down()
    const box = (await cellAt(page, to).boundingBox())!
    await page.mouse.move(box.x + 20, box.y + box.height / 2, { steps: 6 })
    await page.mouse.move(box.x + 20, box.y + box.height - 4, { steps: 3 })
    await meanwhile()
    await page.mouse.up()
  }
  await drag(1, 3, async () => {
    await cellAt(mate.page, 5).focus()
    await mate.page.keyboard.press('Alt+ArrowUp')
    await expect.poll(() => order(page)).toBe('01243')
  })
  for (const one of [page, mate.page]) await expect.poll(() => order(one)).toBe('12043')
  await page.keyboard.press('Alt+ArrowUp')
  for (const one of [page, mate.page]) await expect.poll(() => order(one)).toBe('10243')
  await drag(1, 5, async () => page.keyboard.press('Escape'))
  await page.waitForTimeout(300)
  expect(await order(page)).toBe('10243')
  await page.keyboard.press('z')
  for (const one of [page, mate.page]) await expect.poll(() => order(one)).toBe('12043')
})

test('the bin shows who deleted what, with its last output, and gives it back', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Binned', python('print(6 * 7)', 'kept = 1'))
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  const { page } = owner
  const bin = page.getByRole('dialog', { name: 'Bin' })
  const openBin = async () => {
    await pickFromMenu(page, 'Bin')
  }
  await openBin()
  await expect(bin.getByText('The bin is empty')).toBeVisible()
  await page.keyboard.press('Escape')

  await cellAt(mate.page, 1).getByRole('button', { name: 'Run cell' }).click()
  await expect(outputOf(page, 1)).toContainText('42', { timeout: 30_000 })
  await cellAt(mate.page, 1).focus()
  await mate.page.keyboard.press('d')
  await mate.page.keyboard.press('d')
  await expect(cells(page)).toHaveCount(1)
  await page.reload()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await openBin()
  await expect(bin).toContainText(`Deleted by ${mate.name}`)
  await expect(bin).toContainText('print(6 * 7)')
  await pressFor(bin.getByRole('button', { name: 'Show its last output' }), bin.getByText('42'))
  await expectNoAxeFaults(page, { within: '[role="dialog"]', themes: ['light', 'dark'] })
  await bin.getByRole('button', { name: 'Restore' }).click()
  await expect(outputOf(page, 1)).toContainText('42')
  await expect(cellAt(page, 1)).toBeFocused()
  await expect(cells(mate.page)).toHaveCount(2)
})

test('undo, of text and of cells, goes to what it changed when that is out of sight', async ({ owner }) => {
  const { page } = owner
  const long = Array.from({ length: 120 }, (_, line) => `line_${line} = ${line}`).join('\n')
  const notebook = await makeNotebook(owner, 'Far away', python(long, 'tail = 1'))
  await openNotebook(page, notebook)
  await enterCell(page, 1)
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.type('# changed here')
  await page.waitForTimeout(600)
  await page.keyboard.press('ControlOrMeta+End')
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(1000)
  await page.keyboard.press('ControlOrMeta+z')
  const first = cellAt(page, 1).locator('.view-line').filter({ hasText: 'line_0' })
  await expect(first).toBeInViewport()
  await expect(first).not.toContainText('changed here')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+ArrowDown')
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(cells(page)).toHaveCount(1)
  await page.evaluate(() => scrollTo(0, 0))
  await page.keyboard.press('z')
  await expect(cellAt(page, 2)).toBeFocused()
  await expect(cellAt(page, 2)).toBeInViewport()
})
