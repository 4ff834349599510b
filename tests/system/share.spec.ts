/** A live view link: a guest without an account sees text and output come, can change nothing, and is cut when the link is taken back. */
import { cellAt, makeNotebook, openNotebook, outputOf, runCell, typeInto } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

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
  await runCell(owner.page, 1)
  await expect(outputOf(guest, 1)).toContainText('for all 42')

  await cellAt(guest, 1).click()
  await guest.keyboard.press('Enter')
  await guest.keyboard.type('intruder')
  await expect(cellAt(owner.page, 1)).not.toContainText('intruder')
  const asked = await guest.request.post(`${product.url}/api/v1/notebooks/${notebook.id}/runs`, { data: { scope: { kind: 'all' } }, headers: { origin: product.url } })
  expect([401, 403, 404]).toContain(asked.status())

  await owner.call('DELETE', `/shares/${share.id}`)
  await typeInto(owner.page, 1, ' # after the end')
  await guest.waitForTimeout(6000)
  await expect(cellAt(guest, 1)).not.toContainText('# after the end')
  const again = await guest.goto(share.path)
  expect([404, 410]).toContain(again?.status())
})

async function harbourOf(owner: Person): Promise<string> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  return workspaces.find((workspace) => workspace.slug === 'harbour')?.id ?? ''
}
