/** The walk of a table: taken along as a file, its columns arranged, summed up and searched, copied, and a view shared with a colleague. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, runCell, type MadeNotebook } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

const SOURCE = `import pandas
ids = range(3000)
pandas.DataFrame({"id": ids, "name": [f"row {id}" for id in ids], "kind": [id % 3 for id in ids], "share": [None if id % 10 == 0 else id / 7 for id in ids], "formula": [f"={id}" for id in ids]})`
const table = (page: Page): Locator => cellAt(page, 1).getByRole('group', { name: 'Result' })
const grid = (page: Page): Locator => table(page).getByRole('grid')
const heads = (page: Page): Promise<string[]> => grid(page).getByRole('columnheader').evaluateAll((all) => all.map((one) => one.querySelector('span span')?.textContent ?? ''))

async function showTable(owner: Person, title: string, source = SOURCE): Promise<MadeNotebook> {
  const notebook = await makeNotebook(owner, title, [{ kind: 'python', source }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(grid(owner.page)).toContainText('row 0', { timeout: 60_000 })
  return notebook
}

/** A press on a column's menu, as by hand. */
async function choose(page: Page, column: string, item: string): Promise<void> {
  await grid(page).getByRole('columnheader', { name: new RegExp(`^${column}`) }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: item, exact: true }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

async function download(page: Page, format: string): Promise<{ name: string; bytes: Buffer }> {
  await table(page).getByRole('button', { name: 'Download the table' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: format }).click()])
  await expect(page.getByRole('dialog')).toHaveCount(0)
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
}

test('a table is taken along: the view as CSV, the whole as Excel and Parquet, by a guest of the link too [B6]', async ({ owner, stranger }) => {
  const { page } = owner
  const notebook = await showTable(owner, 'Taken along')
  await table(page).getByRole('button', { name: 'Filter columns' }).click()
  await table(page).getByLabel('How to filter id').selectOption('<')
  await table(page).getByLabel('Filter id', { exact: true }).fill('3')
  await expect(table(page)).toContainText('3 of 3\u202f000 rows match')
  await table(page).getByRole('button', { name: 'Further conditions on id' }).click()
  const further = page.getByRole('dialog', { name: 'Further conditions on id' })
  await further.getByLabel('How to filter id, condition 2').selectOption('>=')
  await further.getByLabel('Filter id, condition 2', { exact: true }).fill('1')
  await expect(table(page)).toContainText('2 of 3\u202f000 rows match')
  await expectNoAxeFaults(page, { within: '[role="dialog"]', themes: ['dark', 'light'] })
  await further.getByRole('button', { name: 'Remove condition 2' }).click()
  await expect(table(page)).toContainText('3 of 3\u202f000 rows match')
  await page.keyboard.press('Escape')
  await choose(page, 'id', 'Sort down')
  await choose(page, 'share', 'Hide')

  const csv = await download(page, 'CSV for Excel')
  expect(csv.name).toBe('Taken along.csv')
  expect(csv.bytes.toString()).toBe(`\ufeff"id","name","kind","formula"\r\n2,"row 2",2,"'=2"\r\n1,"row 1",1,"'=1"\r\n0,"row 0",0,"'=0"\r\n`)
  await table(page).getByRole('button', { name: 'Download the table' }).click()
  await page.getByLabel('The whole result: 3\u202f000 rows').check()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Excel (.xlsx)' }).click()])
  expect([file.suggestedFilename(), (await readFile(await file.path())).subarray(0, 4).toString('latin1')]).toEqual(['Taken along.xlsx', 'PK\x03\x04'])

  const share = await owner.call<{ path: string }>('POST', '/workspaces/harbour/shares', { kind: 'notebook', notebookId: notebook.id })
  const guest = await stranger()
  await guest.goto(share.path)
  await expect(grid(guest)).toContainText('row 0')
  const parquet = await download(guest, 'Parquet')
  expect([parquet.name, parquet.bytes.subarray(0, 4).toString()]).toEqual(['Taken along.parquet', 'PAR1'])
})

test('a long text and a nested value are opened whole, and copied so', async ({ owner }) => {
  const { page } = owner
  await showTable(owner, 'Long values', 'import pandas\npandas.DataFrame({"name": ["row 0"], "text": ["x" * 30000 + "END"], "nested": [list(range(8000))]})')
  const cell = (text: string) => grid(page).getByRole('gridcell').filter({ hasText: text })
  await cell('xxxx').dblclick()
  const dialog = page.getByRole('dialog', { name: 'text, row 1' })
  await expect(dialog.locator('pre')).toHaveText(/^x{30000}END$/)
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect.poll(() => page.evaluate(async () => (await navigator.clipboard.readText()).length)).toBe(30_003)
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
  await grid(page).getByRole('gridcell').nth(2).click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'nested, row 1' }).locator('pre')).toContainText('7999')
  await page.keyboard.press('Escape')
  await cell('xxxx').click()
  await page.keyboard.press('ControlOrMeta+c')
  await expect(page.getByText('Copied one value.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^x{30000}END$/)
})

test('columns are hidden, pinned, moved and widened, for oneself or for everybody', async ({ owner, colleague }) => {
  const { page } = owner
  const notebook = await showTable(owner, 'Arranged')
  await choose(page, 'kind', 'Hide')
  await choose(page, 'formula', 'Pin to the left')
  expect(await heads(page)).toEqual(['formula', 'id', 'name', 'share'])
  // By the mouse: the name before the id.
  await grid(page).getByRole('columnheader', { name: /^name/ }).hover()
  await page.mouse.down()
  const target = (await grid(page).getByRole('columnheader', { name: /^id/ }).boundingBox())!
  await page.mouse.move(target.x + 20, target.y + 20, { steps: 6 })
  await page.mouse.up()
  expect(await heads(page)).toEqual(['formula', 'name', 'id', 'share'])
  // By the keyboard: one further, and wider.
  await grid(page).focus()
  for (const key of ['ArrowDown', 'ArrowRight', 'm']) await page.keyboard.press(key)
  await expect(page.getByRole('menu', { name: 'Column name' })).toBeVisible()
  const before = (await grid(page).getByRole('columnheader', { name: /^name/ }).boundingBox())!.width
  await page.keyboard.type('Wid')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await grid(page).getByRole('columnheader', { name: /^name/ }).boundingBox())!.width).toBeGreaterThan(before + 30)
  await expect(grid(page)).toBeFocused()
  // The edge: dragged, and pressed twice to fit.
  const edge = (await grid(page).locator('[data-edge="name"]').boundingBox())!
  await page.mouse.move(edge.x + 4, edge.y + 10)
  await page.mouse.down()
  await page.mouse.move(edge.x + 124, edge.y + 10, { steps: 4 })
  await page.mouse.up()
  await expect.poll(async () => (await grid(page).getByRole('columnheader', { name: /^name/ }).boundingBox())!.width).toBeGreaterThan(before + 130)
  await grid(page).locator('[data-edge="name"]').dblclick()
  await expect.poll(async () => (await grid(page).getByRole('columnheader', { name: /^name/ }).boundingBox())!.width).toBeLessThan(before + 30)

  await page.reload()
  await expect.poll(() => heads(page)).toEqual(['formula', 'name', 'id', 'share'])
  const mate = await colleague()
  await openNotebook(mate.page, notebook)
  await expect(grid(mate.page)).toContainText('row 0')
  expect(await heads(mate.page)).toEqual(['id', 'name', 'kind', 'share', 'formula'])

  await table(page).getByRole('button', { name: 'Columns and view' }).click()
  await page.getByRole('switch', { name: 'Share this view' }).click()
  await expect.poll(() => heads(mate.page)).toEqual(['formula', 'name', 'id', 'share'])
  await page.getByLabel('Find a column').fill('kin')
  await page.getByRole('dialog').getByLabel(/kind/).check()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect.poll(() => heads(mate.page)).toEqual(['formula', 'name', 'id', 'kind', 'share'])

  // What the colleague changes without sharing is theirs alone.
  await table(mate.page).getByRole('button', { name: 'Columns and view' }).click()
  await mate.page.getByRole('switch', { name: 'Share this view' }).click()
  await mate.page.getByRole('button', { name: 'Done' }).click()
  await choose(mate.page, 'id', 'Hide')
  expect(await heads(mate.page)).toEqual(['formula', 'name', 'kind', 'share'])
  await table(mate.page).getByRole('button', { name: 'Columns and view' }).click()
  await mate.page.getByRole('button', { name: 'Back to the notebook’s view' }).click()
  await expect.poll(() => heads(mate.page)).toEqual(['formula', 'name', 'id', 'kind', 'share'])
  expect(await heads(page)).toEqual(['formula', 'name', 'id', 'kind', 'share'])
})

test('a table is summed up, searched to its last row, and copied in three ways', async ({ owner }) => {
  const { page } = owner
  await showTable(owner, 'Searched')
  await table(page).getByRole('button', { name: 'Summary of each column' }).click()
  await expect(grid(page).getByTitle(/^share: 3.000 rows, 300 null, 2.700 different, least 0\.14\d*, greatest 428\.42\d*, mean \d/)).toBeVisible()
  await expect(grid(page).getByTitle(/^name: .*most often “row 0” \(1\)/)).toContainText('3\u202f000 different')
  await expect(grid(page).getByTitle(/^id: /).locator('rect')).toHaveCount(20)
  await expectNoAxeFaults(page, { within: '[aria-label="Result"]' })

  await grid(page).focus()
  await page.keyboard.press('ControlOrMeta+f')
  await page.keyboard.type('ROW 29')
  await expect(table(page).getByRole('status').last()).toHaveText('1 of 111 rows')
  await expect(grid(page).locator('[aria-selected="true"]')).toHaveText('row 29')
  await expect(grid(page).locator('mark').first()).toHaveText('row 29')
  await page.keyboard.press('Enter')
  await expect(grid(page).locator('[aria-selected="true"]')).toHaveText('row 290')
  for (const _back of [1, 2]) await page.keyboard.press('Shift+Enter')
  await expect(table(page).getByRole('status').last()).toHaveText('111 of 111 rows')
  await expect(grid(page).locator('[aria-selected="true"]')).toHaveText('row 2999')
  await page.keyboard.press('Escape')
  await expect(grid(page)).toBeFocused()
  await expect(grid(page).locator('mark')).toHaveCount(0)

  // The two cells left of each other at the end, by the palette.
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Shift+ArrowUp')
  for (const [command, text] of [['Copy the table as CSV', 'id,name\r\n2998,row 2998\r\n2999,row 2999'], ['Copy the table as Markdown', '| id | name |\n| ---: | --- |\n| 2998 | row 2998 |\n| 2999 | row 2999 |']] as const) {
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByPlaceholder('Find a command or a cell').fill(command)
    await expect(page.getByRole('dialog', { name: 'Commands' }).getByRole('option').first()).toContainText(command)
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text)
    await grid(page).focus()
  }
  await table(page).getByRole('button', { name: 'More for this table' }).click()
  await page.getByRole('menuitem', { name: 'Copy as TSV' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('id\tname\n2998\trow 2998\n2999\trow 2999')
})
