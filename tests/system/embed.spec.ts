/** The walk of an embed: a chart of ours in somebody else's page, only where its site is listed, without cookie or socket. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cellAt, makeNotebook, openNotebook, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('a dashboard stands in a listed foreign page and in no other [S14, S16]', async ({ owner, stranger, product }) => {
  const notebook = await makeNotebook(owner, 'To embed', [{ kind: 'sql', source: 'select id as day, id * id as flights from range(1, 8)' }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(cellAt(owner.page, 1).getByRole('grid')).toContainText('49', { timeout: 60_000 })
  // A tile shows what a cell that has succeeded showed; its table is there before.
  await expect(cellAt(owner.page, 1)).toContainText(/Took \d/)

  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const workspaceId = workspaces.find((workspace) => workspace.slug === 'harbour')?.id
  const dashboard = await owner.call<{ id: string }>('POST', `/workspaces/${workspaceId}/dashboards`, { title: 'Seven days' })
  const source = { notebookId: notebook.id, cellId: 'cell-0' }
  await owner.call('POST', `/dashboards/${dashboard.id}/tiles`, { kind: 'table', title: 'The table', source })
  await owner.call('POST', `/dashboards/${dashboard.id}/tiles`, {
    kind: 'chart', title: 'The chart', source, options: { encoding: { mark: 'bar', x: 'day', y: 'flights', color: null, aggregate: 'sum' } },
  })
  const [listed, other] = [await foreignSite(), await foreignSite()]
  try {
    const share = await owner.call<{ id: string; path: string }>('POST', `/workspaces/${workspaceId}/shares`, { kind: 'dashboard', dashboardId: dashboard.id, allowedOrigins: [listed.origin] })
    for (const site of [listed, other]) site.html = `<h1>Their page</h1><iframe width="1000" height="700" src="${product.url}${share.path}"></iframe>`

    const page = await stranger()
    const sockets: string[] = []
    page.on('websocket', (socket) => sockets.push(socket.url()))
    await page.goto(listed.origin)
    const frame = page.frameLocator('iframe')
    await expect(frame.getByText('The table')).toBeVisible()
    await expect(frame.getByText('49').first()).toBeVisible()
    await expect(frame.locator('svg, canvas').first()).toBeVisible()
    expect(sockets).toEqual([])
    expect(await page.context().cookies(product.url)).toEqual([])

    await page.goto(other.origin)
    await expect(page.getByText('Their page')).toBeVisible()
    await page.waitForTimeout(1500)
    await expect(frame.getByText('The table')).toHaveCount(0)

    await owner.call('DELETE', `/shares/${share.id}`)
    await page.goto(listed.origin)
    await page.waitForTimeout(1500)
    await expect(frame.getByText('The table')).toHaveCount(0)
  } finally {
    listed.server.close()
    other.server.close()
  }
})

interface ForeignSite {
  origin: string
  html: string
  server: Server
}

/** Somebody else's web site: another origin, on a port of its own. */
function foreignSite(): Promise<ForeignSite> {
  return new Promise((resolve) => {
    const site: ForeignSite = { origin: '', html: '', server: createServer((_, response) => response.setHeader('content-type', 'text/html').end(site.html)) }
    site.server.listen(0, '127.0.0.1', () => {
      site.origin = `http://localhost:${(site.server.address() as AddressInfo).port}`
      resolve(site)
    })
  })
}
