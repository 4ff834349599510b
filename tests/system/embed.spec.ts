/** The walks of an embed: a chart of ours in somebody else's page, only where its site is listed, without cookie or socket, renewed and ended while it is open. */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FrameLocator, Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, runCell, typeInto, type MadeNotebook } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

const MINUTE_MS = 61_000
const ENDED = 'This embed has ended.'

test('a dashboard stands in a listed foreign page and in no other, with nothing of the workspace around it [S14, S16]', async ({ owner, stranger, product }) => {
  const notebook = await ranNotebook(owner, 'To embed')
  const dashboard = await makeDashboard(owner, notebook)
  const [listed, other] = [await foreignSite(), await foreignSite()]
  try {
    const share = await embed(owner, { kind: 'dashboard', dashboardId: dashboard.id }, [listed.origin])
    for (const site of [listed, other]) site.html = pageAround(product.url + share.path)

    const page = await stranger()
    const seen = listenTo(page, product.url)
    await page.goto(listed.origin)
    const frame = page.frameLocator('iframe')
    await expectTiles(frame)
    await expect(frame.getByRole('heading', { name: 'Seven days' })).toBeVisible()
    expect(seen.sockets).toEqual([])
    expect(seen.errors).toEqual([])
    expect(seen.hosts).toEqual(new Set([new URL(product.url).host]))
    expect(seen.cookies).toEqual([])
    expect(await page.context().cookies(product.url)).toEqual([])
    expect(seen.scripts.length).toBeGreaterThan(0)
    for (const url of seen.scripts) expect((await (await page.request.get(url)).text()).includes('monaco-mouse-cursor-text'), `the editor is in ${url}`).toBe(false)
    // Nothing that leads into the workspace, and no text of a cell.
    await expect(frame.locator(`a[href^="/harbour"], a[href*="${notebook.id}"]`)).toHaveCount(0)
    expect(await (await page.request.get(product.url + share.path)).text()).not.toContain('select id as day')

    await page.goto(other.origin)
    await expect(page.getByText('Their page')).toBeVisible()
    await expect.poll(() => seen.errors.some((text) => text.includes('frame-ancestors'))).toBe(true)
    await expect(frame.getByText('The table')).toHaveCount(0)
  } finally {
    listed.server.close()
    other.server.close()
  }
})

test('an embed that is open gets what a new run shows, outlives a server that is away, and ends with a sentence when its link is taken back', async ({ owner, stranger, product }) => {
  const notebook = await ranNotebook(owner, 'To renew')
  const dashboard = await makeDashboard(owner, notebook)
  const site = await foreignSite()
  try {
    const share = await embed(owner, { kind: 'dashboard', dashboardId: dashboard.id }, [site.origin])
    site.html = pageAround(product.url + share.path)
    const page = await stranger()
    await page.clock.install()
    await page.goto(site.origin)
    const frame = page.frameLocator('iframe')
    await expectTiles(frame)

    await typeInto(owner.page, 1, ' where id < 6')
    await runCell(owner.page, 1)
    await expect.poll(async () => (await owner.call<{ state: string }[]>('GET', `/notebooks/${notebook.id}/runs`)).map((run) => run.state), { timeout: 60_000 }).toEqual(['succeeded', 'succeeded'])
    await page.clock.fastForward(MINUTE_MS)
    await expect(frame.getByRole('grid')).not.toContainText('49')
    await expect(frame.getByRole('grid')).toContainText('25')

    await page.route(`${product.url}/**`, (route) => route.abort())
    await page.clock.fastForward(MINUTE_MS)
    await expect(frame.getByText('The server cannot be reached.')).toBeVisible()
    await expect(frame.getByRole('grid')).toContainText('25')
    await page.unroute(`${product.url}/**`)
    await page.clock.fastForward(MINUTE_MS)
    await expect(frame.getByText('The server cannot be reached.')).toHaveCount(0)

    await owner.call('DELETE', `/shares/${share.id}`)
    await page.clock.fastForward(MINUTE_MS)
    await expect(frame.getByRole('heading', { name: ENDED })).toBeVisible()
    await expect(frame.getByRole('grid')).toHaveCount(0)
    await page.reload()
    await expect(frame.getByRole('heading', { name: ENDED })).toBeVisible()
  } finally {
    site.server.close()
  }
})

test('a chart and a number of the first rows of more say so once, on the dashboard, in its embed and in the saved picture', async ({ owner, stranger, product }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'First rows', [{ kind: 'sql', source: 'select id as day, id * 2 as flights from range(0, 25000)', rowLimit: 1000 }])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(cellAt(page, 1).getByRole('group', { name: 'Rows that are not here' })).toContainText(/First 1.000 rows of more/, { timeout: 60_000 })
  await expect(cellAt(page, 1)).toContainText(/Took \d/)
  await cellAt(page, 1).getByRole('button', { name: 'Chart', exact: true }).click()
  const figure = cellAt(page, 1).getByRole('figure')
  await expect(figure.locator('svg, canvas').first()).toBeVisible()
  await expect(figure).not.toContainText('of more')

  const dashboard = await makeDashboard(owner, notebook)
  await owner.call('POST', `/dashboards/${dashboard.id}/tiles`, { kind: 'number', title: 'The number', source: { notebookId: notebook.id, cellId: 'cell-0' }, options: { column: 'flights' } })
  await page.goto(`/harbour/dashboards/${dashboard.id}`)
  await expectFirstRows(page)
  await page.getByRole('article', { name: 'The chart' }).getByRole('button', { name: 'More for this chart' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Drawing (SVG)' }).click()])
  expect(await readFile(await file.path(), 'utf8')).toMatch(/>Drawn from the first 1.000 rows of more\.</)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectFirstRows(page)
  await expectNoAxeFaults(page, { themes: ['light', 'dark'] })

  const share = await embed(owner, { kind: 'dashboard', dashboardId: dashboard.id }, ['*'])
  const site = await foreignSite()
  try {
    site.html = pageAround(product.url + share.path)
    const reader = await stranger()
    await reader.goto(site.origin)
    await expectFirstRows(reader.frameLocator('iframe'))
  } finally {
    site.server.close()
  }
})

test('one tile stands alone, on a phone too, without its neighbours, in light and dark', async ({ owner, stranger, product }) => {
  const notebook = await ranNotebook(owner, 'One tile')
  const dashboard = await makeDashboard(owner, notebook)
  const share = await embed(owner, { kind: 'tile', tileId: dashboard.chart }, ['*'])
  const site = await foreignSite()
  try {
    site.html = pageAround(product.url + share.path)
    const page = await stranger()
    const seen = listenTo(page, product.url)
    await page.goto(site.origin)
    const frame = page.frameLocator('iframe')
    await expect(frame.getByRole('article', { name: 'The chart' }).locator('svg, canvas').first()).toBeVisible()
    await expect(frame.getByText('The table')).toHaveCount(0)
    await expect(frame.getByRole('grid')).toHaveCount(0)

    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${share.path}?theme=dark`)
    await expect(page.getByRole('article', { name: 'The chart' }).locator('svg, canvas').first()).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await expect(page.locator('html')).toHaveClass(/dark/)
    await expectNoAxeFaults(page)
    await page.goto(`${share.path}?theme=light`)
    await expect(page.getByRole('article', { name: 'The chart' }).locator('svg, canvas').first()).toBeVisible()
    await expectNoAxeFaults(page)
    expect(seen.errors).toEqual([])
    const wrong = await page.goto(`/embed/${'A'.repeat(43)}`)
    expect(wrong?.status()).toBe(404)
    await expect(page.getByRole('heading', { name: 'There is no such embed.' })).toBeVisible()
    await expectNoAxeFaults(page)
  } finally {
    site.server.close()
  }
})

test('the dialog names the sites, refuses what is none, and copies the frame’s HTML', async ({ owner: { page }, owner }) => {
  const dashboard = await makeDashboard(owner, await ranNotebook(owner, 'By the dialog'))
  await page.goto(`/harbour/dashboards/${dashboard.id}`)
  await page.getByRole('button', { name: 'Embed', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Embed Seven days' })
  await dialog.getByLabel('Sites that may show it').fill('javascript:alert(1)')
  const make = dialog.getByRole('button', { name: 'Make the embed and copy it' })
  await make.click()
  await expect(dialog.getByText('is not an address of a site')).toBeVisible()
  await dialog.getByLabel('Sites that may show it').fill('https://www.example.com/some/page')
  await make.click()
  await expect(page.getByText('Copied. Paste it into the page’s HTML.')).toBeVisible()
  await expect(dialog.getByText('is not an address of a site')).toHaveCount(0)
  const html = await page.evaluate(() => navigator.clipboard.readText())
  expect(html).toMatch(/^<iframe src="http:\/\/127\.0\.0\.1:\d+\/embed\/[\w-]{43}" title="Seven days" /)
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Embedded dashboard' })).toContainText('on https://www.example.com')
  await expectNoAxeFaults(page, { within: '[role="dialog"]', themes: ['light', 'dark'] })
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(dialog.getByRole('listitem')).toHaveCount(0)
})

async function expectTiles(frame: FrameLocator): Promise<void> {
  await expect(frame.getByRole('article', { name: 'The table' }).getByRole('grid')).toContainText('49')
  await expect(frame.getByRole('article', { name: 'The chart' }).locator('svg, canvas').first()).toBeVisible()
}

async function expectFirstRows(at: Page | FrameLocator): Promise<void> {
  const [chart, number] = [at.getByRole('article', { name: 'The chart' }), at.getByRole('article', { name: 'The number' })]
  await expect(chart.getByText(/^Drawn from the first 1.000 rows of more\.$/)).toBeVisible()
  await expect(number.getByText(/^From the first 1.000 rows of more$/)).toBeVisible()
  for (const one of [chart, number]) await expect(one.getByText('of more')).toHaveCount(1)
}

const pageAround = (address: string) => `<!doctype html><html lang="en"><title>Theirs</title><h1>Their page</h1><iframe title="Figures" width="1000" height="700" src="${address}"></iframe></html>`

/** What a page asks for from the product and what it says; its own site aside. */
function listenTo(page: Page, url: string) {
  const seen = { sockets: [] as string[], hosts: new Set<string>(), scripts: [] as string[], cookies: [] as string[], errors: [] as string[] }
  page.on('websocket', (socket) => seen.sockets.push(socket.url()))
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('favicon') && seen.errors.push(message.text()))
  page.on('pageerror', (error) => seen.errors.push(String(error)))
  page.on('request', (request) => {
    if (!/^https?:/.test(request.url()) || new URL(request.url()).hostname === 'localhost') return
    seen.hosts.add(new URL(request.url()).host)
    if (request.resourceType() === 'script' && request.url().startsWith(url)) seen.scripts.push(request.url())
  })
  page.on('response', (response) => void response.headerValue('set-cookie').then((cookie) => cookie !== null && seen.cookies.push(cookie), () => undefined))
  return seen
}

/** A notebook whose only cell has shown seven days and their squares. The owner's page stays on it. */
async function ranNotebook(owner: Person, title: string): Promise<MadeNotebook> {
  const notebook = await makeNotebook(owner, title, [{ kind: 'sql', source: 'select id as day, id * id as flights from range(1, 8)' }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(cellAt(owner.page, 1).getByRole('grid')).toContainText('49', { timeout: 60_000 })
  // A tile shows what a cell that has succeeded showed; its table is there before.
  await expect(cellAt(owner.page, 1)).toContainText(/Took \d/)
  return notebook
}

async function makeDashboard(owner: Person, notebook: MadeNotebook): Promise<{ id: string; table: string; chart: string }> {
  const { id } = await owner.call<{ id: string }>('POST', `/workspaces/${await harbourOf(owner)}/dashboards`, { title: 'Seven days' })
  const source = { notebookId: notebook.id, cellId: 'cell-0' }
  const table = await owner.call<{ id: string }>('POST', `/dashboards/${id}/tiles`, { kind: 'table', title: 'The table', source })
  const chart = await owner.call<{ id: string }>('POST', `/dashboards/${id}/tiles`, {
    kind: 'chart', title: 'The chart', source, options: { encoding: { mark: 'bar', x: 'day', y: 'flights', color: null, aggregate: 'sum' } },
  })
  return { id, table: table.id, chart: chart.id }
}

const embed = async (owner: Person, target: { kind: 'dashboard'; dashboardId: string } | { kind: 'tile'; tileId: string }, allowedOrigins: string[]) =>
  owner.call<{ id: string; path: string }>('POST', `/workspaces/${await harbourOf(owner)}/shares`, { ...target, allowedOrigins })

async function harbourOf(owner: Person): Promise<string> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  return workspaces.find((workspace) => workspace.slug === 'harbour')?.id ?? ''
}

interface ForeignSite {
  origin: string
  html: string
  server: Server
}

/** Somebody else's web site: another origin, on a port of its own. The product is asked for by 127.0.0.1. */
function foreignSite(): Promise<ForeignSite> {
  return new Promise((resolve) => {
    const site: ForeignSite = { origin: '', html: '', server: createServer((_, response) => response.setHeader('content-type', 'text/html').end(site.html)) }
    site.server.listen(0, '127.0.0.1', () => {
      site.origin = `http://localhost:${(site.server.address() as AddressInfo).port}`
      resolve(site)
    })
  })
}
