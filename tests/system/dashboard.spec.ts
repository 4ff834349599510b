/** The walks of a dashboard: made by hand from a notebook, arranged by mouse and keys, followed by those who may only look. */
import type { Locator, Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, pressFor, runCell, typeInto, type MadeNotebook } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

const MINUTE_MS = 61_000

test('a dashboard is made by hand, arranged, changed and read on a phone', async ({ owner }) => {
  const { page } = owner
  await ranNotebook(owner, 'Flights by day')
  await page.goto('/harbour/dashboards')
  await page.getByRole('button', { name: /New dashboard|Make the first dashboard/ }).click()
  await page.waitForURL(/\/dashboards\/[0-9a-f-]{36}$/)
  const title = page.getByLabel('Title of the dashboard')
  await expect(page.getByRole('heading', { name: 'An empty dashboard' })).toBeVisible()
  await title.fill('Morning look')
  await title.press('Enter')
  await expect(page).toHaveTitle('Morning look · DataHarbour')

  await addTile(page, 'Table', 'The rows')
  await addTile(page, 'Chart', 'The chart')
  await addTile(page, 'Number', 'The figure', async (dialog) => {
    await dialog.getByRole('combobox', { name: 'Column' }).click()
    await page.getByRole('option', { name: /^flights/ }).click()
  })
  await addTile(page, 'Text', 'The words', (dialog) => dialog.getByRole('textbox', { name: 'Text' }).fill(`## Read *this* first\n\n${'A line that goes on.\n\n'.repeat(20)}`))
  await expect(tile(page, 'The rows').getByRole('grid')).toContainText('50')
  await expect(tile(page, 'The chart').locator('svg, canvas').first()).toBeVisible()
  await expect(tile(page, 'The figure').getByText('10', { exact: true })).toBeVisible()
  await expect(tile(page, 'The words').getByRole('heading', { name: 'Read this first' })).toBeVisible()
  await expectNoAxeFaults(page, { themes: ['light', 'dark'] })

  await pressFor(page.getByRole('button', { name: 'Arrange' }), page.getByRole('button', { name: 'Done' }))
  const handle = (name: string) => page.getByRole('button', { name: new RegExp(`^Move ${name}:`) })
  const before = await boxOf(tile(page, 'The rows'))
  await handle('The rows').focus()
  await expect(async () => {
    await page.keyboard.press('Shift+ArrowDown')
    expect((await boxOf(tile(page, 'The rows'))).height).toBeGreaterThan(before.height + 60)
  }).toPass()
  // A hover waits until the tile rests where the taller one has pushed it.
  await handle('The figure').hover()
  const figure = await boxOf(tile(page, 'The figure'))
  const grip = await handle('The figure').boundingBox()
  await page.mouse.down()
  await page.mouse.move((grip?.x ?? 0) + 600, (grip?.y ?? 0) + 150, { steps: 12 })
  await page.mouse.up()
  await expect.poll(async () => (await boxOf(tile(page, 'The figure'))).x).toBeGreaterThan(figure.x + 300)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('button', { name: 'Arrange' })).toBeVisible()
  const names = ['The rows', 'The chart', 'The figure', 'The words']
  const places = await Promise.all(names.map((name) => boxOf(tile(page, name))))
  await page.reload()
  await expect(tile(page, 'The rows').getByRole('grid')).toContainText('50')
  expect(await Promise.all(names.map((name) => boxOf(tile(page, name))))).toEqual(places)

  const actions = (name: string) => page.getByRole('button', { name: `Actions of ${name}` })
  await pressFor(actions('The rows'), page.getByRole('menuitem', { name: 'Edit' }))
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Title', exact: true }).fill('All rows')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(tile(page, 'All rows').getByRole('grid')).toContainText('50')
  await actions('The words').click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(page.getByRole('alertdialog').or(page.getByRole('dialog'))).toContainText('Remove “The words”?')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(tile(page, 'The words')).toBeVisible()
  await actions('The words').click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove tile' }).click()
  await expect(tile(page, 'The words')).toHaveCount(0)

  await page.setViewportSize({ width: 390, height: 844 })
  await expect.poll(async () => new Set(await Promise.all(['All rows', 'The chart', 'The figure'].map(async (name) => (await boxOf(tile(page, name))).width))).size).toBe(1)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await expect(page.getByRole('button', { name: 'Arrange' })).toBeHidden()
  await expectNoAxeFaults(page)

  await page.goto('/harbour/dashboards')
  await expect(page.getByRole('list', { name: 'Dashboards' }).getByRole('link', { name: /Morning look/ })).toContainText('3 tiles')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await expectNoAxeFaults(page, { themes: ['light', 'dark'] })
})

test('everything on a dashboard is reached by keys', async ({ owner }) => {
  const { page } = owner
  const notebook = await ranNotebook(owner, 'By keys')
  const dashboard = await makeDashboard(owner, 'By keys', notebook, ['table'])
  await page.goto(dashboard.path)
  await expect(tile(page, 'table').getByRole('grid')).toContainText('50')
  await page.getByLabel('Title of the dashboard').focus()
  for (const name of ['Embed', 'Arrange', 'Add tile']) {
    await page.keyboard.press('Tab')
    await expect(page.getByRole('button', { name, exact: true })).toBeFocused()
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Add a tile' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Add a tile' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Add tile', exact: true })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'More' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Actions of table' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('article')?.getAttribute('aria-label'))).toBe('table')
})

test('who may only look sees the newest good result come, and what a failed run left standing, and changes nothing', async ({ owner, colleague }) => {
  const notebook = await ranNotebook(owner, 'Followed')
  const dashboard = await makeDashboard(owner, 'Followed', notebook, ['table', 'number'])
  const { page, call } = await colleague('viewer')
  await page.clock.install()
  await page.goto(dashboard.path)
  const table = tile(page, 'table')
  await expect(table.getByRole('grid')).toContainText('50')
  await expect(page.getByRole('heading', { name: 'Followed', exact: true })).toBeVisible()
  for (const name of [/^Add/, /^Arrange/, /^Embed/, /^More$/, /^Actions of/]) await expect(page.getByRole('button', { name })).toHaveCount(0)
  await call('PATCH', `/dashboards/${dashboard.id}`, { title: 'Mine' }, 403)
  await call('POST', `/dashboards/${dashboard.id}/tiles`, { kind: 'text', options: { markdown: 'x' } }, 403)
  await call('DELETE', `/tiles/${dashboard.tiles[0]}`, undefined, 403)

  await typeInto(owner.page, 1, ' where id > 2')
  await runCell(owner.page, 1)
  await untilRuns(owner, notebook, ['succeeded', 'succeeded'])
  await page.clock.fastForward(MINUTE_MS)
  await expect(table.getByRole('grid')).not.toContainText('10')
  await expect(tile(page, 'number').getByText('30', { exact: true })).toBeVisible()
  await expect(table).not.toContainText('A newer run')

  await typeInto(owner.page, 1, ' and no_such_column = 1')
  await runCell(owner.page, 1)
  await untilRuns(owner, notebook, ['failed', 'succeeded', 'succeeded'])
  await page.clock.fastForward(MINUTE_MS)
  await expect(table).toContainText('A newer run failed')
  await expect(table.getByRole('grid')).toContainText('30')
  await expectNoAxeFaults(page, { themes: ['light', 'dark'] })
  await table.getByRole('link', { name: 'A newer run failed' }).click()
  await page.waitForURL(/\/runs\//)
  await expect(page.getByText('no_such_column').first()).toBeVisible()
})

test('a dashboard that cannot be renewed keeps what it shows, says so, and goes on by itself', async ({ owner, colleague }) => {
  const notebook = await ranNotebook(owner, 'Away')
  const dashboard = await makeDashboard(owner, 'Away', notebook, ['table'])
  const { page } = await colleague('viewer')
  await page.clock.install()
  await page.goto(dashboard.path)
  await expect(tile(page, 'table').getByRole('grid')).toContainText('50')
  await page.route(/dashboards\//, (route) => route.abort())
  await page.clock.fastForward(MINUTE_MS)
  await expect(page.getByText(/^The server cannot be reached\. This is as of (Mon|Tue|Wed|Thu|Fri|Sat|Sun)/)).toBeVisible()
  await expect(tile(page, 'table').getByRole('grid')).toContainText('50')
  await page.unroute(/dashboards\//)
  await owner.call('PATCH', `/dashboards/${dashboard.id}`, { title: 'Back again' })
  await page.clock.fastForward(MINUTE_MS)
  await expect(page.getByText('The server cannot be reached.')).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'Back again' })).toBeVisible()

  await owner.call('DELETE', `/dashboards/${dashboard.id}`)
  await page.clock.fastForward(MINUTE_MS)
  await expect(page.getByText('There is no such dashboard, or you have no access to it.')).toBeVisible()
})

const tile = (page: Page, name: string): Locator => page.getByRole('article', { name, exact: true })

/** Where it is on the page, wherever the page is scrolled to. */
const boxOf = (element: Locator): Promise<{ x: number; y: number; width: number; height: number }> => element.evaluate((one) => {
  const { x, y, width, height } = one.getBoundingClientRect()
  return { x: Math.round(x + scrollX), y: Math.round(y + scrollY), width: Math.round(width), height: Math.round(height) }
})

/** A notebook whose only cell has shown five rows: days 1 to 5, flights 10 to 50. The owner's page stays on it. */
async function ranNotebook(owner: Person, title: string): Promise<MadeNotebook> {
  const notebook = await makeNotebook(owner, title, [{ kind: 'sql', source: 'select id as day, id * 10 as flights from range(1, 6)' }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(cellAt(owner.page, 1).getByRole('grid')).toContainText('50', { timeout: 60_000 })
  // A tile shows what a cell that has succeeded showed; its table is there before.
  await expect(cellAt(owner.page, 1)).toContainText(/Took \d/)
  return notebook
}

/** How its runs ended, in the order of the words. */
async function untilRuns(owner: Person, notebook: MadeNotebook, ends: string[]): Promise<void> {
  const states = async () => (await owner.call<{ state: string }[]>('GET', `/notebooks/${notebook.id}/runs`)).map((run) => run.state).sort()
  await expect.poll(states, { timeout: 60_000 }).toEqual(ends)
}

async function addTile(page: Page, kind: string, title: string, choose?: (dialog: Locator) => Promise<void>): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Add a tile' })
  await pressFor(page.getByRole('button', { name: /^Add (tile|the first tile)$/ }).first(), dialog)
  await dialog.getByRole('radiogroup', { name: 'Kind of tile' }).getByText(kind, { exact: true }).click()
  if (kind !== 'Text') {
    await dialog.getByRole('combobox', { name: 'Notebook' }).click()
    await page.getByRole('option', { name: 'Flights by day' }).click()
    await expect(dialog.getByRole('radiogroup', { name: 'Cell' })).toContainText('5 rows, 2 columns')
  }
  await choose?.(dialog)
  await dialog.getByRole('textbox', { name: 'Title', exact: true }).fill(title)
  await dialog.getByRole('button', { name: 'Add tile' }).click()
  await expect(dialog).toHaveCount(0)
}

async function makeDashboard(owner: Person, title: string, notebook: MadeNotebook, kinds: ('table' | 'number')[]): Promise<{ id: string; path: string; tiles: string[] }> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const made = await owner.call<{ id: string }>('POST', `/workspaces/${workspaces.find((one) => one.slug === 'harbour')?.id}/dashboards`, { title })
  const tiles: string[] = []
  for (const kind of kinds) {
    const options = kind === 'number' ? { column: 'flights' } : {}
    tiles.push((await owner.call<{ id: string }>('POST', `/dashboards/${made.id}/tiles`, { kind, title: kind, source: { notebookId: notebook.id, cellId: 'cell-0' }, options })).id)
  }
  return { id: made.id, path: `/harbour/dashboards/${made.id}`, tiles }
}
