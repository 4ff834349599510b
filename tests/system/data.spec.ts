/** The walks of a workspace's data: found, looked at as it was, taken along, put into a cell, deleted and brought back; for two people, with Spark asleep where it may be. */
import { readFile } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { createMinioObjects } from '../../server/objects/minio-objects.ts'
import { loadConfig } from '../../server/config.ts'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, outputOf, pressFor, runCell, textOf } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

test.describe.configure({ mode: 'serial' })

const MAKE = `spark.sql("create schema if not exists sales")
spark.sql("create or replace table sales.orders (id bigint comment 'Number of the order', country string) using delta")
spark.sql("insert into sales.orders select id, if(id % 2 = 0, 'SE', 'NO') from range(120)")
spark.sql("delete from sales.orders where id < 20")
print("made", spark.table("sales.orders").count())`

async function workspaceOf(person: Person): Promise<string> {
  const workspaces = await person.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  return workspaces.find(({ slug }) => slug === 'harbour')?.id ?? ''
}

test('a table that a cell made is found, shown as it was at any version, and tells who made it and who uses it', async ({ owner, colleague }) => {
  const notebook = await makeNotebook(owner, 'Makes orders', [{ kind: 'python', source: MAKE }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('made 100', { timeout: 80_000 })

  const viewer = await colleague('viewer')
  const { page } = viewer
  await page.goto('/harbour/data')
  await page.getByRole('searchbox').fill('country')
  await expect(page.getByRole('listitem').filter({ hasText: 'orders' })).toContainText('column country')
  await page.getByRole('link', { name: 'sales.orders' }).click()
  const grid = page.getByRole('grid')
  await expect(grid).toContainText('NO')
  await expect(page.getByRole('definition').first()).toHaveText('100')
  await expect(page.getByRole('button', { name: 'Delete' })).toHaveCount(0)

  await page.getByRole('tab', { name: 'Columns' }).click()
  await expect(page.getByRole('table', { name: 'Columns' })).toContainText('Number of the order')
  await page.getByRole('tab', { name: 'History' }).click()
  const versions = page.getByRole('table', { name: 'Versions' })
  await expect(versions.getByRole('row').nth(1)).toContainText('Delete')
  await expect(versions.getByRole('row').nth(1)).toContainText('Owner')
  await expect(versions.getByRole('row').nth(2)).toContainText('+120')
  await versions.getByRole('link', { name: 'Show version 1' }).click()
  await expect(page).toHaveURL(/version=1$/)
  await expect(page.getByText(/You see version 1/)).toBeVisible()
  await page.getByRole('tab', { name: 'Rows' }).click()
  await expect(page.getByText(/^120 rows, 2 columns/)).toBeVisible()
  await grid.getByRole('columnheader', { name: /id/ }).getByRole('button').first().click()
  await expect(grid.getByRole('gridcell').first()).toHaveText('0')
  await page.getByRole('link', { name: 'Show the newest' }).click()
  await expect(page.getByText(/^100 rows, 2 columns/)).toBeVisible()

  await page.getByRole('tab', { name: 'Used by' }).click()
  await expect(page.getByRole('region', { name: 'Notebooks' })).toContainText('Makes orders')
  await page.goto('/harbour/data/tables/sales/nothing')
  await expect(page.getByText('There is no such table in this workspace.')).toBeVisible()
})

test('a table is taken along from its page: what one sees of it as CSV, a version as it was as Parquet, by a viewer too', async ({ colleague }) => {
  const { page } = await colleague('viewer')
  const download = async (format: string) => {
    await pressFor(page.getByRole('button', { name: 'Download the table' }), page.getByRole('dialog'))
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: format, exact: false }).first().click()])
    await expect(page.getByRole('dialog')).toHaveCount(0)
    return { name: file.suggestedFilename(), path: await file.path() }
  }
  await page.goto('/harbour/data/tables/sales/orders')
  await expect(page.getByText(/^100 rows, 2 columns/)).toBeVisible()
  const all = await download('CSV')
  const lines = (await readFile(all.path, 'utf8')).trimEnd().split('\r\n')
  expect([all.name, lines[0], lines.length, lines.slice(1).toSorted().at(-1)]).toEqual(['sales.orders.csv', '"id","country"', 101, '99,"NO"'])

  const sort = page.getByRole('grid').getByRole('columnheader', { name: /id/ }).getByRole('button').first()
  await sort.click()
  await expect(page.getByRole('grid').getByRole('gridcell').first()).toHaveText('20')
  await sort.click()
  await expect(page.getByRole('grid').getByRole('gridcell').first()).toHaveText('119')
  expect((await readFile((await download('CSV')).path, 'utf8')).split('\r\n').slice(0, 3)).toEqual(['"id","country"', '119,"NO"', '118,"SE"'])

  // Before the first rows were deleted.
  await page.goto('/harbour/data/tables/sales/orders?version=1')
  await expect(page.getByText(/^120 rows, 2 columns/)).toBeVisible()
  const parquet = await download('Parquet')
  const file = await (await DuckDBInstance.create(':memory:')).connect()
  const found = await file.runAndReadAll(`select count(*), count(distinct id), min(id), max(id), count(*) filter (country = 'SE') from read_parquet('${parquet.path}')`)
  file.disconnectSync()
  expect([parquet.name, ...(found.getRows()[0] ?? []).map(Number)]).toEqual(['sales.orders.parquet', 120, 120, 0, 119, 60])
})

test('a table goes into a cell by a press, by dragging and by the palette, as code that runs', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Reads orders', [{ kind: 'sql', source: '' }, { kind: 'python', source: '' }, { kind: 'markdown', source: 'Words' }])
  const { page } = owner
  await openNotebook(page, notebook)
  const panel = page.getByRole('complementary', { name: 'Data' })
  await pressFor(page.getByRole('button', { name: 'Data', exact: true }), panel)
  await panel.getByRole('searchbox').fill('orders')
  await expect(panel.getByRole('group', { name: 'sales.orders' })).toBeVisible()

  await panel.getByRole('group', { name: 'sales.orders' }).dragTo(cellAt(page, 2))
  await expect.poll(() => textOf(page, 2)).toContain('spark.table("sales.orders")')
  await cellAt(page, 1).locator('.monaco-editor').first().click()
  await panel.getByRole('button', { name: 'Put sales.orders into the cell' }).click()
  await expect.poll(() => textOf(page, 1)).toContain('SELECT * FROM sales.orders LIMIT 100')
  await cellAt(page, 3).click()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByPlaceholder('Find a command or a cell').fill('country')
  await page.getByRole('option', { name: /sales\.orders/ }).click()
  await expect.poll(() => textOf(page, 4)).toContain('SELECT * FROM sales.orders')

  for (const number of [1, 2]) {
    await runCell(page, number)
    await expect(cellAt(page, number).getByRole('grid')).toContainText('SE', { timeout: 60_000 })
  }

  await cellAt(page, 1).getByRole('button', { name: 'More for this table' }).click()
  await page.getByRole('menuitem', { name: 'Pin: keep this result' }).click()
  await expect(page.getByText(/Pinned: this result is kept/)).toBeVisible()
  await page.goto('/harbour/data/space')
  const pinned = page.getByRole('table', { name: 'Pinned results' })
  await expect(pinned).toContainText('Reads orders')
  await expect(async () => {
    if ((await pinned.count()) > 0) await page.getByRole('button', { name: 'Unpin the result of Reads orders' }).click({ timeout: 2000 })
    await expect(pinned).toHaveCount(0, { timeout: 3000 })
  }).toPass()
})

test('a table is deleted by one, seen in the bin by another and restored, and what runs is not taken away', async ({ owner, colleague }) => {
  const busy = await makeNotebook(owner, 'Busy', [{ kind: 'python', source: 'import time\nn = spark.table("sales.orders").count()\nprint("began")\ntime.sleep(600)' }])
  await openNotebook(owner.page, busy)
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('began', { timeout: 60_000 })
  const editor = await colleague('editor')
  const { page } = editor
  await page.goto('/harbour/data/tables/sales/orders')
  const dialog = page.getByRole('dialog')
  await pressFor(page.getByRole('button', { name: 'Delete', exact: true }), dialog)
  await dialog.getByRole('button', { name: 'Delete the table' }).click()
  await expect(page.getByText(/“Busy” is running and uses sales\.orders/)).toBeVisible()
  await owner.page.getByRole('button', { name: 'Interrupt' }).first().click()
  await expect(outputOf(owner.page, 1)).toContainText('Stopped.', { timeout: 30_000 })
  // The run ends a moment behind what its cell says.
  await expect(owner.page.getByRole('button', { name: /Kernel: Ready/ })).toBeVisible()

  await page.reload()
  await pressFor(page.getByRole('button', { name: 'Delete', exact: true }), dialog)
  await dialog.getByRole('button', { name: 'Delete the table' }).click()
  await expect(page).toHaveURL(/\/harbour\/data$/)
  await expect(page.getByRole('link', { name: 'sales.orders' })).toHaveCount(0)

  await owner.page.goto('/harbour/data/bin')
  await expect(owner.page.getByRole('row', { name: /sales\.orders/ })).toContainText(editor.name)
  await pressFor(owner.page.getByRole('button', { name: 'Restore sales.orders' }), owner.page.getByText(/comes back in a moment/))
  await expect(owner.page.getByText('The bin is empty')).toBeVisible({ timeout: 30_000 })
  await page.goto('/harbour/data/tables/sales/orders')
  await expect(page.getByText(/^100 rows, 2 columns/)).toBeVisible()
  await owner.call('DELETE', `/workspaces/${await workspaceOf(owner)}/data/tables/samples/flights`, undefined, 409)
})

test('files are looked at, downloaded as files and never drawn [S37], and the space is shown with its rule', async ({ owner, product }) => {
  const { page } = owner
  const workspaceId = await workspaceOf(owner)
  const objects = createMinioObjects(loadConfig({ ...product.env }).s3)
  const put = (name: string, text: string) => objects.put(`ws/${workspaceId}/files/${name}`, Buffer.from(text))
  await put('raw/people.csv', 'id,name\n1,Ada\n2,Grace\n')
  await put('raw/page.html', '<h1>Not a page</h1><script>document.title = "taken"</script>')
  await page.goto('/harbour/data/files')
  await page.getByRole('link', { name: 'raw' }).click()
  await page.getByRole('link', { name: 'people.csv', exact: true }).click()
  await expect(page.getByRole('region', { name: 'First rows of people.csv' })).toContainText('Grace')
  await page.getByRole('navigation', { name: 'Folders' }).getByRole('link', { name: 'raw' }).click()
  await page.getByRole('link', { name: 'page.html', exact: true }).click()
  await expect(page.getByText('<h1>Not a page</h1>')).toBeVisible()
  const answer = await page.request.get(`${product.url}/api/v1/workspaces/harbour/data/files/download?path=raw/page.html`)
  expect(answer.headers()).toMatchObject({ 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin', 'content-disposition': expect.stringContaining('attachment; filename') })

  await page.goto('/harbour/data/space')
  await expect(page.getByRole('table', { name: 'Space by area' })).toContainText('Results of cells')
  await expect(page.getByText('All results are kept.')).toBeVisible()
  await expect(async () => {
    await page.getByLabel('Days').fill('30')
    await page.getByRole('button', { name: 'Set the rule' }).click()
    await expect(page.getByText('Results older than 30 days are removed.')).toBeVisible({ timeout: 3000 })
  }).toPass()
  await owner.call('PUT', '/workspaces/harbour/data/retention', { days: null, count: null })
})

for (const theme of ['light', 'dark'] as const) {
  test(`the pages of data have no axe fault and fit a phone: ${theme}`, async ({ owner: { page }, product }) => {
    await page.context().addCookies([{ name: 'dataharbour-theme', value: theme, url: product.url }])
    for (const path of ['/harbour/data', '/harbour/data/tables/sales/orders', '/harbour/data/files?folder=raw', '/harbour/data/files?path=raw/people.csv', '/harbour/data/space', '/harbour/data/bin']) {
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectNoAxeFaults(page, { about: path })
      await page.setViewportSize({ width: 390, height: 844 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than a phone`).toBe(true)
    }
  })
}
