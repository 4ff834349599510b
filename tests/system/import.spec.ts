/** The walks of bringing data in: a file becomes a table that a cell reads, an upload survives a reload, one is cancelled, and a phone does it too. */
import { writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { makeNotebook, openNotebook, outputOf, pressFor, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

const files = (page: Page) => page.getByRole('list', { name: 'Files that come in' })
/** The button works once the page is awake. */
async function bringIn(page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }) {
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Bring in data' }).click()
  await (await choosing).setFiles(file)
}
const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

test('a CSV file becomes a table: what does not fit is shown, and a SQL cell reads it at once', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Reads what was brought in', [
    { kind: 'python', source: 'print(spark.range(3).count(), "rows")' }, { kind: 'sql', source: 'select city, people from towns order by people desc' },
  ])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('3 rows', { timeout: 80_000 })

  await page.goto('/harbour/data')
  await bringIn(page, csv('Towns.csv', 'city;people;since\nOslo;700000;1048-01-01\nBergen;290000;1070-01-01\nHamar;many;1152-01-01\n'))
  await files(page).getByRole('link', { name: 'Make a table …' }).click()
  const head = page.getByRole('region', { name: 'First rows of the file' })
  await expect(head).toContainText('Bergen')
  await expect(page.getByLabel('Type of since')).toHaveValue('date')
  await page.getByLabel('Type of people').selectOption({ label: 'Whole number' })
  await expectNoAxeFaults(page)
  await page.getByRole('button', { name: 'Make the table' }).click()
  await expect(page.getByText(/1 value of people .*: row 3 “many”/)).toBeVisible({ timeout: 30_000 })
  await page.getByRole('combobox', { name: 'Values that are not of their type' }).click()
  await page.getByRole('option', { name: /Take them as null/ }).click()
  await page.getByRole('button', { name: 'Make the table' }).click()
  await expect(page.getByText('The table towns is there, with 3 rows.')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Open the table' }).click()
  await expect(page.getByRole('grid')).toContainText('Hamar')

  await openNotebook(page, notebook)
  await runCell(page, 2)
  await expect(outputOf(page, 2).getByRole('grid')).toContainText('Bergen', { timeout: 60_000 })
})

/** A file carried over the window and let go, as the browser hears of it from the desktop. */
async function dropFile(page: Page, path: string, at: { x: number; y: number }): Promise<void> {
  const browser = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver'] as const) await browser.send('Input.dispatchDragEvent', { type, ...at, data })
  await expect(page.getByText('Drop it anywhere on this page.')).toBeVisible()
  await browser.send('Input.dispatchDragEvent', { type: 'drop', ...at, data })
}

test('a file dropped beside the field of the data page is taken all the same, and becomes a table that is found there', async ({ owner }, info) => {
  const { page } = owner
  const path = info.outputPath('Lighthouses.csv')
  writeFileSync(path, 'name,built,height\nSlettnes,1905,39.0\nLindesnes,1915,16.1\nRundemanen,,\n')
  await page.goto('/harbour/data')
  await expect(page.getByRole('button', { name: 'Bring in data' })).toBeEnabled()
  const beside = (await page.getByRole('heading', { name: 'Data', level: 1 }).boundingBox())!
  await dropFile(page, path, { x: beside.x + 10, y: beside.y + beside.height / 2 })
  await expect(page).toHaveURL(/\/harbour\/data$/)
  await files(page).getByRole('listitem', { name: 'Lighthouses.csv' }).getByRole('link', { name: 'Make a table …' }).click()
  await expect(page.getByRole('region', { name: 'First rows of the file' })).toContainText('Slettnes')
  await page.getByRole('button', { name: 'Make the table' }).click()
  await expect(page.getByText('The table lighthouses is there, with 3 rows.')).toBeVisible({ timeout: 60_000 })

  await page.goto('/harbour/data')
  await page.getByRole('link', { name: 'lighthouses', exact: true }).click()
  await expect(page.getByText(/^3 rows, 3 columns/)).toBeVisible()
  const grid = page.getByRole('grid')
  for (const value of ['Rundemanen', '1915', '16.1', 'null']) await expect(grid.getByRole('gridcell', { name: value, exact: true }).first()).toBeVisible()
  await page.getByRole('tab', { name: 'Columns' }).click()
  for (const column of [/name string/, /built (big)?int/, /height (double|decimal)/]) await expect(page.getByRole('table', { name: 'Columns' }).getByRole('row', { name: column })).toBeVisible()
})

test('an upload that a reload broke off goes on with the same file, and no other', async ({ owner }, info) => {
  const { page } = owner
  const path = info.outputPath('large.csv')
  const other = info.outputPath('other.csv')
  writeFileSync(path, `id,text\n${Array.from({ length: 700_000 }, (_, at) => `${at},this is row number ${at}`).join('\n')}\n`)
  writeFileSync(other, 'id,text\n1,other\n')
  await page.route(/\/parts\/\d+$/, (route) => (route.request().url().endsWith('/1') ? route.continue() : route.abort()))
  const first = page.waitForResponse((answer) => answer.url().endsWith('/parts/1') && answer.ok())
  await page.goto('/harbour/data')
  await bringIn(page, path)
  await expect(files(page)).toContainText('The server cannot be reached; it goes on by itself.')
  await expect(files(page)).toContainText(/8\.\d MB of/)
  // What is on its way is counted too: only what has arrived is there after a reload.
  await first

  let asked = ''
  page.once('dialog', (dialog) => {
    asked = dialog.type()
    void dialog.accept()
  })
  await page.reload()
  expect(asked).toBe('beforeunload')
  await expect(files(page)).toContainText(/8\.4 MB of .* are here\. Choose the same file to go on\./)
  await page.unroute(/\/parts\/\d+$/)
  const sent: string[] = []
  page.on('request', (request) => void (request.url().includes('/parts/') && sent.push(request.url().split('/').at(-1) ?? '')))
  const goOn = async (file: string) => {
    const choosing = page.waitForEvent('filechooser')
    await files(page).getByRole('button', { name: 'Go on' }).click()
    await (await choosing).setFiles(file)
  }
  await goOn(other)
  await expect(files(page).getByRole('alert')).toContainText('is another file')
  await goOn(path)
  await expect(files(page).getByRole('link', { name: 'Make a table …' })).toBeVisible({ timeout: 30_000 })
  expect(sent.toSorted()).toEqual(['2', '3'])
  await files(page).getByRole('button', { name: 'Discard large.csv' }).click()
  await expect(files(page)).toHaveCount(0)
})

test('what is cancelled is gone; a viewer is offered nothing', async ({ owner, colleague }) => {
  const { page } = owner
  await page.route('**/parts/*', (route) => route.abort())
  await page.goto('/harbour/data')
  await bringIn(page, csv('stays-away.csv', 'a,b\n1,2\n'))
  await expect(files(page)).toContainText('The server cannot be reached')
  await page.getByRole('button', { name: 'Cancel stays-away.csv' }).click()
  await expect(files(page)).toHaveCount(0)
  await page.unroute('**/parts/*')
  await page.reload()
  await expect(page.getByRole('button', { name: 'Bring in data' })).toBeEnabled()
  await expect(files(page)).toHaveCount(0)

  const viewer = await colleague('viewer')
  await viewer.page.goto('/harbour/data')
  await expect(viewer.page.getByRole('heading', { name: 'Data', level: 1 })).toBeVisible()
  await expect(viewer.page.getByRole('button', { name: 'Bring in data' })).toHaveCount(0)
})

test('a phone keeps a picture as a file and looks at a wide table, and nothing goes over the edge', async ({ owner }) => {
  const { page } = owner
  await page.setViewportSize({ width: 390, height: 800 })
  await page.goto('/harbour/data/files')
  await bringIn(page, { name: 'Kart & mer.png', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') })
  await files(page).getByRole('link', { name: 'Keep as a file' }).click()
  await expect(page.getByLabel('Path among the workspace’s files')).toHaveValue('Kart _ mer.png')
  await page.getByLabel('Path among the workspace’s files').fill('../up.png')
  const keep = page.getByRole('button', { name: 'Keep the file' })
  await pressFor(keep, page.getByText('This is not a path of the workspace’s files'))
  await page.getByLabel('Path among the workspace’s files').fill('maps/kart.png')
  await keep.click()
  await expect(page.getByText('“maps/kart.png” is among the workspace’s files.')).toBeVisible({ timeout: 30_000 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  const response = await page.request.get('/api/v1/workspaces/harbour/data/files/download?path=maps/kart.png')
  expect([response.headers()['content-type'], response.headers()['content-disposition']]).toEqual(['application/octet-stream', expect.stringMatching(/^attachment/)])

  await page.goto('/harbour/data')
  const names = Array.from({ length: 12 }, (_, at) => `column ${at}`).join(',')
  await bringIn(page, csv('wide.csv', `${names}\n${names}\n`))
  await files(page).getByRole('link', { name: 'Make a table …' }).click()
  await expect(page.getByRole('region', { name: 'First rows of the file' })).toContainText('column 3')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})
