/** The walk of a chart: guessed at once, chosen by hand, kept, shared, made a cell, and taken along as a picture and as Vega-Lite. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { compile } from 'vega-lite'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, pressFor, runCell, type MadeNotebook } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

const SOURCE = `import pandas
ids = range(6000)
pandas.DataFrame({"city": [f"city {id % 20}" for id in ids], "kind": ["road" if id % 2 else "rail" for id in ids], "hour": [id % 24 for id in ids], "amount": [float("inf") if id % 100 == 0 else id / 4 for id in ids]})`
const table = (page: Page): Locator => cellAt(page, 1).getByRole('group', { name: 'Result' })
const chart = (page: Page): Locator => table(page).getByRole('figure')
/** Vega's own drawing within is a picture too. */
const drawn = (page: Page): Locator => chart(page).getByRole('img').first()
const pick = (at: Locator, label: string, option: string): Promise<unknown> => at.getByLabel(label, { exact: true }).selectOption({ label: option })

async function showChart(owner: Person, title: string): Promise<MadeNotebook> {
  const notebook = await makeNotebook(owner, title, [{ kind: 'python', source: SOURCE }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(table(owner.page).getByRole('grid')).toContainText('city 0', { timeout: 60_000 })
  await table(owner.page).getByRole('button', { name: 'Chart', exact: true }).click()
  return notebook
}

async function save(page: Page, at: Locator, item: string): Promise<{ name: string; bytes: Buffer }> {
  await at.getByRole('button', { name: 'More for this chart' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()])
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
}

test('a chart is drawn at once, says what it leaves out, follows each choice, and is saved', async ({ owner }) => {
  const { page } = owner
  await showChart(owner, 'Charts')
  await expect(page.getByRole('figure', { name: 'Result: bars of average of amount by city' })).toBeVisible()
  await expect(drawn(page)).toContainText('average of amount')

  await pick(table(page), 'Aggregate', 'sum')
  await expect(chart(page)).toContainText('60 rows with NaN or infinity in “amount” are left out.')
  await pick(table(page), 'Colour', 'city')
  await expect(chart(page)).toContainText('The 12 other values of “city” are one colour.')
  await pick(table(page), 'X', 'hour')
  await pick(table(page), 'Colour', 'kind')
  await pick(table(page), 'Colours stand', 'beside each other')
  await pick(table(page), 'One chart for each', 'kind')
  await expect(drawn(page)).toContainText('rail')
  await expect(chart(page).getByRole('row', { name: /^1 / })).toContainText('road')

  await pick(table(page), 'One chart for each', 'all in one')
  await pick(table(page), 'Chart', 'heatmap')
  await expect(page.getByRole('figure', { name: 'Result: heatmap of sum of amount by hour and kind' })).toBeVisible()
  await pick(table(page), 'Chart', 'points')
  await pick(table(page), 'Aggregate', 'each row')
  await pick(table(page), 'Size', 'hour')
  await expect(chart(page)).toContainText(/A fair sample of 5.000 of 5.940 rows is drawn\./)

  await pick(table(page), 'Chart', 'bars')
  await pick(table(page), 'Aggregate', 'count of rows')
  await pick(table(page), 'Steps of X', 'by width')
  await table(page).getByLabel('Width of a step').fill('6')
  await page.keyboard.press('Tab')
  await pick(table(page), 'Colour', 'none')
  await expect(chart(page).getByRole('row')).toHaveText([/hour\s*rows/, /0\s*1,500/, /6\s*1,500/, /12\s*1,500/, /18\s*1,500/])

  const json = await save(page, chart(page), 'Vega-Lite, with its data')
  const spec = JSON.parse(json.bytes.toString())
  expect([json.name, spec.data.values.map((row: { x: number; y: number }) => [row.x, row.y])]).toEqual(['Bars of rows by hour.vl.json', [[0, 1500], [6, 1500], [12, 1500], [18, 1500]]])
  expect(compile(spec).spec.marks).toHaveLength(1)
  const svg = await save(page, chart(page), 'Drawing (SVG)')
  expect([svg.name, svg.bytes.toString().match(/aria-roledescription="bar"/g)?.length]).toEqual(['Bars of rows by hour.svg', 4])
  const png = await save(page, chart(page), 'Picture (PNG)')
  expect([png.name, png.bytes.subarray(1, 4).toString(), png.bytes.readUInt32BE(16) > 1200]).toEqual(['Bars of rows by hour.png', 'PNG', true])
})

test('a chart is kept for oneself, shared, and made a cell that a Jupyter file shows', async ({ owner, colleague }) => {
  const { page } = owner
  const notebook = await showChart(owner, 'Kept')
  await pick(table(page), 'X', 'kind')
  await pick(table(page), 'Aggregate', 'greatest')
  await expect(page.getByRole('figure', { name: 'Result: bars of greatest of amount by kind' })).toBeVisible()
  await page.reload()
  await pressFor(table(page).getByRole('button', { name: 'Chart', exact: true }), page.getByRole('figure', { name: 'Result: bars of greatest of amount by kind' }))

  const mate = await colleague()
  await openNotebook(mate.page, notebook)
  await pressFor(table(mate.page).getByRole('button', { name: 'Chart', exact: true }), mate.page.getByRole('figure', { name: 'Result: bars of average of amount by city' }))
  await chart(page).getByRole('button', { name: 'More for this chart' }).click()
  await page.getByRole('menuitem', { name: 'Columns and view…' }).click()
  await page.getByRole('switch', { name: 'Share this view' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(mate.page.getByRole('figure', { name: 'Result: bars of greatest of amount by kind' })).toBeVisible()

  await chart(page).getByRole('button', { name: 'More for this chart' }).click()
  await page.getByRole('menuitem', { name: 'Make a chart cell of it' }).click()
  await expect(cellAt(mate.page, 2).getByRole('figure', { name: /bars of greatest of amount by kind/ })).toBeVisible()
  await expect(cellAt(mate.page, 2).getByRole('row', { name: 'road 1,499.75' })).toBeAttached()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  const file = await (await page.request.get(`/api/v1/notebooks/${notebook.id}/export?format=ipynb`)).json()
  expect(file.cells[1].outputs[0].data['application/vnd.vegalite.v5+json'].data.values).toMatchObject([{ x: 'road', y: 1499.75 }, { x: 'rail', y: 1499.5 }])
})

test('a chart is of the rows that the table shows, says so, and keeps that as a cell', async ({ owner, colleague }) => {
  const { page } = owner
  const notebook = await showChart(owner, 'Of some rows')
  await pick(table(page), 'Aggregate', 'count of rows')
  await pick(table(page), 'X', 'kind')
  await expect(chart(page).getByRole('row', { name: 'road 3,000' })).toBeAttached()
  await table(page).getByRole('button', { name: 'Table', exact: true }).click()
  await table(page).getByRole('button', { name: 'Filter columns' }).click()
  await table(page).getByLabel('How to filter hour').selectOption('<')
  await table(page).getByLabel('Filter hour', { exact: true }).fill('6')
  await expect(table(page)).toContainText('1\u202f500 of 6\u202f000 rows match')
  await table(page).getByRole('button', { name: 'Chart', exact: true }).click()
  await expect(chart(page)).toContainText('Only rows where “hour” is less than “6”.')
  await expect(chart(page).getByRole('row', { name: 'road 750' })).toBeAttached()

  await chart(page).getByRole('button', { name: 'More for this chart' }).click()
  await page.getByRole('menuitem', { name: 'Make a chart cell of it' }).click()
  const mate = await colleague()
  await openNotebook(mate.page, notebook)
  const cell = cellAt(mate.page, 2)
  await expect(cell).toContainText('Only rows where “hour” is less than “6”.')
  await expect(cell.getByRole('row', { name: 'road 750' })).toBeAttached()
  await cell.getByRole('button', { name: 'Draw all rows' }).click()
  for (const one of [page, mate.page]) await expect(cellAt(one, 2).getByRole('row', { name: 'road 3,000' })).toBeAttached()
  await expect(cell.getByRole('button', { name: 'Draw all rows' })).toBeHidden()
})

const SEVERAL = `n = globals().get("n", 0) + 1
import pandas
display(pandas.DataFrame({"port": ["Oslo", "Bergen"], "ships": [7.0, 3.0]}))
display(pandas.DataFrame({"month": ["May", "June"], "tons": [40.0 * n, 60.0 * n]}))`

test('a chart cell draws whichever table above is picked, for everybody, and follows the next run of its cell', async ({ owner, colleague }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Picked', [
    { kind: 'python', source: SEVERAL }, { kind: 'python', source: 'pandas.DataFrame({"fish": ["cod", "hake"], "price": [4.5, 6.25]})' },
    { kind: 'chart', source: '' }, { kind: 'python', source: 'pandas.DataFrame({"below": ["x"], "much": [1.0]})' },
  ])
  await openNotebook(page, notebook)
  const mate = await colleague()
  await openNotebook(mate.page, notebook)
  for (const number of [1, 2, 4]) {
    await runCell(page, number)
    await expect(cellAt(page, number).getByRole('grid').last()).toBeVisible({ timeout: 60_000 })
  }
  const figure = (of: Page, name: RegExp) => cellAt(of, 3).getByRole('figure', { name })
  const row = (of: Page, name: string) => cellAt(of, 3).getByRole('row', { name, exact: true })
  await expect(cellAt(page, 1).getByRole('grid')).toHaveCount(2)

  // The nearest above is drawn at once for who goes there.
  await cellAt(page, 3).getByText('Choose the table to draw.').click()
  await expect(figure(page, /bars of average of price by fish/)).toBeVisible()
  const from = cellAt(page, 3).getByLabel('Table of')
  const [first, second] = ['Cell 1, table 1: n = globals().get("n", 0) + 1', 'Cell 1, table 2: n = globals().get("n", 0) + 1'] as const
  await expect(from.locator('option')).toHaveText([first, second, /^Cell 2: pandas\.DataFrame/])
  await from.selectOption({ label: first })
  for (const one of [page, mate.page]) {
    await expect(figure(one, /bars of average of ships by port/)).toBeVisible()
    await expect(row(one, 'Oslo 7')).toBeAttached()
  }
  await from.selectOption({ label: second })
  for (const one of [page, mate.page]) {
    await expect(figure(one, /bars of average of tons by month/)).toBeVisible()
    await expect(row(one, 'June 60')).toBeAttached()
  }
  // By the colleague too; and what was chosen of the table stays.
  await pick(cellAt(mate.page, 3), 'Chart', 'line')
  await expect(figure(page, /line of average of tons by month/)).toBeVisible()
  await runCell(page, 1)
  for (const one of [page, mate.page]) await expect(row(one, 'June 120')).toBeAttached({ timeout: 30_000 })
  await page.reload()
  await expect(figure(page, /line of average of tons by month/)).toBeVisible()
  await expect(cellAt(page, 3).getByLabel('Table of').locator('option:checked')).toHaveText(second)
})

test('on a phone a chart is chosen and seen, in the dark too, by everybody', async ({ owner }) => {
  const { page } = owner
  await showChart(owner, 'On a phone')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(drawn(page)).toContainText('average of amount')
  await expect(table(page).getByLabel('One chart for each')).toBeHidden()
  await table(page).getByRole('button', { name: 'More choices' }).click()
  await pick(table(page), 'One chart for each', 'kind')
  await expect(drawn(page)).toContainText('rail')
  const box = (await chart(page).boundingBox())!
  expect([box.width <= 390, box.height >= 220]).toEqual([true, true])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await expectNoAxeFaults(page, { within: 'figure' })
})
