/** A live view link: a guest without an account sees text and output come, can change nothing, and is cut when the link is taken back. */
import postgres from 'postgres'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, outputOf, runCell, typeInto } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

const ENDED = 'This link has ended. Ask the person who sent it for a new one.'

test('a guest follows a notebook live by link, can change nothing, and is cut when the link is revoked [S11, S12, S13]', async ({ owner, stranger, product }) => {
  const notebook = await makeNotebook(owner, 'For a guest', [{ kind: 'python', source: 'print("for all", 6 * 7)' }])
  const workspaceId = await harbourOf(owner)
  const share = await owner.call<{ id: string; path: string }>('POST', `/workspaces/${workspaceId}/shares`, { kind: 'notebook', notebookId: notebook.id })
  await openNotebook(owner.page, notebook)

  const guest = await stranger()
  await guest.goto(share.path)
  await guest.waitForURL(/\/share\/n\//)
  expect(guest.url()).not.toContain(share.path.split('/').at(-1))
  // S4: to open a link runs nothing.
  expect(await owner.call('GET', `/notebooks/${notebook.id}/runs`)).toEqual([])
  await typeInto(owner.page, 1, ' # live')
  await expect(cellAt(guest, 1)).toContainText('# live')
  await expect(cellAt(guest, 1).locator('.remote-caret > span')).toHaveText('Harbour Owner')
  await runCell(owner.page, 1)
  await expect(outputOf(guest, 1)).toContainText('for all 42')

  await cellAt(guest, 1).click()
  await guest.keyboard.press('Enter')
  await guest.keyboard.type('intruder')
  await guest.keyboard.press('ControlOrMeta+Enter')
  await expect(guest.getByRole('button', { name: /^(Run|Share|Add|Schedule|Interrupt)/ })).toHaveCount(0)
  const asked = await guest.request.post(`${product.url}/api/v1/notebooks/${notebook.id}/runs`, { data: { scope: { kind: 'all' } }, headers: { origin: product.url } })
  expect([401, 403, 404]).toContain(asked.status())
  // What comes after it is seen by the guest, so what the guest did would have been seen by the owner.
  await typeInto(owner.page, 1, ' and on')
  await expect(cellAt(guest, 1)).toContainText('# live and on')
  await expect(cellAt(owner.page, 1)).not.toContainText('intruder')
  expect(await owner.call('GET', `/notebooks/${notebook.id}/runs`)).toHaveLength(1)

  await owner.call('DELETE', `/shares/${share.id}`)
  await expect(guest.getByText(ENDED)).toBeVisible()
  // The room is cut at once; the feed of outputs looks for the link every 5 s.
  await guest.waitForTimeout(6000)
  await typeInto(owner.page, 1, '\nprint("for members", 7 * 7)')
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('for members 49')
  await expect(cellAt(guest, 1)).not.toContainText('for members')
  await expect(cellAt(guest, 1)).toContainText('# live and on')
  const again = await guest.goto(share.path)
  expect(again?.status()).toBe(410)
  await expect(guest.getByRole('heading', { name: 'This link was taken back by the people who made it. Ask them for a new one.' })).toBeVisible()
})

test('a link that expires cuts the page that is open with a sentence [S13]', async ({ owner, stranger, product }) => {
  const notebook = await makeNotebook(owner, 'For a while', [{ kind: 'markdown', source: 'Only **today**' }])
  const share = await owner.call<{ id: string; path: string }>('POST', `/workspaces/${await harbourOf(owner)}/shares`, { kind: 'notebook', notebookId: notebook.id, expiresInDays: 1 })
  const guest = await stranger()
  await guest.goto(share.path)
  await expect(guest.getByText('Only today')).toBeVisible()
  await expect(guest.getByText('View only')).toBeVisible()
  const sql = postgres(product.env.DATABASE_URL ?? '', { max: 1 })
  await sql`update shares set expires_at = now() where id = ${share.id}`
  await sql.end()
  // Rights are asked anew twice a minute.
  await expect(guest.getByText(ENDED)).toBeVisible({ timeout: 60_000 })
  await guest.reload()
  await expect(guest.getByRole('heading', { name: ENDED })).toBeVisible()
})

test('a wrong link is a page that says so, and an address without the link lets nobody in [S11]', async ({ stranger }) => {
  const guest = await stranger()
  const wrong = await guest.goto(`/share/${'A'.repeat(43)}`)
  expect(wrong?.status()).toBe(404)
  await expect(guest.getByRole('heading', { name: 'There is no such link. Check that you copied all of it.' })).toBeVisible()
  await expectNoAxeFaults(guest, { themes: ['light', 'dark'] })
  await guest.setViewportSize({ width: 390, height: 844 })
  expect(await guest.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  const bare = await guest.goto('/share/n/00000000-0000-4000-8000-000000000000')
  expect(bare?.status()).toBe(401)
  await expect(guest.getByRole('heading', { name: /^Open the whole link/ })).toBeVisible()
})

test('the dialog copies a link, lists it, and takes it back', async ({ owner: { page }, owner, stranger }) => {
  const notebook = await makeNotebook(owner, 'By the dialog', [{ kind: 'markdown', source: 'Come and look' }])
  await openNotebook(page, notebook)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this notebook' })
  await expect(dialog.getByText('No link works at the moment.')).toBeVisible()
  await dialog.getByRole('combobox', { name: 'The link works' }).click()
  await page.getByRole('option', { name: 'for a week' }).click()
  await dialog.getByRole('button', { name: 'Copy a new link' }).click()
  await expect(page.getByText('Link copied.')).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/share\/[\w-]{43}$/)
  await expect(dialog.getByLabel('The new link')).toHaveValue(link)
  await expect(dialog.getByRole('listitem')).toContainText(/ends in (7 days|1 week)/)
  await expectNoAxeFaults(page, { within: '[role="dialog"]', themes: ['light', 'dark'] })
  const guest = await stranger()
  await guest.goto(link)
  await expect(guest.getByText('Come and look')).toBeVisible()
  await expect(guest.getByText('View only')).toBeVisible()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(dialog.getByText('No link works at the moment.')).toBeVisible()
  await expect(guest.getByText(ENDED)).toBeVisible()
})

test('a guest reads on a phone: nothing sideways, the bar at the top, no fault of access', async ({ owner, stranger }) => {
  const words = Array.from({ length: 60 }, (_, i) => `Line ${i} of a long text.`).join('\n\n')
  const notebook = await makeNotebook(owner, 'A long title of a notebook that a guest reads on a phone', [{ kind: 'markdown', source: `# Start\n\n${words}` }, { kind: 'python', source: `print("${'wide '.repeat(60)}")` }])
  const share = await owner.call<{ path: string }>('POST', `/workspaces/${await harbourOf(owner)}/shares`, { kind: 'notebook', notebookId: notebook.id })
  await openNotebook(owner.page, notebook)
  const guest = await stranger()
  const errors: string[] = []
  guest.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  guest.on('pageerror', (error) => errors.push(String(error)))
  await guest.setViewportSize({ width: 390, height: 844 })
  await guest.goto(share.path)
  await expect(guest.getByText('View only')).toBeVisible()
  // Far below the long text it has no editor yet.
  await cellAt(owner.page, 2).scrollIntoViewIfNeeded()
  await enterCell(owner.page, 2)
  await expect(guest.getByRole('list', { name: 'People here' }).getByRole('button', { name: /^Harbour Owner/ })).toBeVisible()
  expect(await guest.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await expectNoAxeFaults(guest, { themes: ['light', 'dark'] })
  await guest.evaluate(() => scrollTo(0, 900))
  // Nothing of the text shows between the window's edge and the bar.
  await expect.poll(() => guest.evaluate(() => document.elementFromPoint(195, 4)?.closest('header') !== null)).toBe(true)
  expect(errors).toEqual([])
})

async function harbourOf(owner: Person): Promise<string> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  return workspaces.find((workspace) => workspace.slug === 'harbour')?.id ?? ''
}
