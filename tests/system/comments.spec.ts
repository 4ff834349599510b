/** The walk of a comment: said by one who may not edit, seen at once by one who may, answered, found again by the bell. */
import type { Locator, Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

const panel = (page: Page): Locator => page.getByRole('complementary', { name: 'Comments' })
const threads = (page: Page): Locator => panel(page).getByRole('listitem', { name: /^Thread/ })
const mark = (page: Page, cell: number): Locator => cellAt(page, cell).locator('.comment-mark')
const bell = (page: Page): Locator => page.getByRole('complementary').getByRole('button', { name: /^Mentions/ })

/** Opens a notebook as somebody who cannot edit. */
async function openToRead(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByText(/^(View only|You can (run|comment))$/)).toBeVisible()
}

/** Puts the caret at the start of a line, then selects so many letters. */
async function select(page: Page, cell: number, from: number, length: number): Promise<void> {
  await enterCell(page, cell)
  await page.keyboard.press('Home')
  for (let step = 0; step < from; step += 1) await page.keyboard.press('ArrowRight')
  for (let step = 0; step < length; step += 1) await page.keyboard.press('Shift+ArrowRight')
}

test('S6: a commenter comments on a cell and on a piece of text, an editor sees it live, types around and in it, answers with a name and resolves; the bell leads back', async ({ owner, colleague }) => {
  const commenter = await colleague('commenter')
  const notebook = await makeNotebook(owner, 'Reviewed', [{ kind: 'python', source: 'total = price * count' }, { kind: 'markdown', source: '# Notes' }])
  await openNotebook(owner.page, notebook)
  await openToRead(commenter.page, notebook.path)

  // On a cell, by the keyboard alone.
  await cellAt(commenter.page, 2).focus()
  await commenter.page.keyboard.press('ControlOrMeta+Alt+c')
  await expect(panel(commenter.page).getByText('On cell 2, Text')).toBeVisible()
  await expect(commenter.page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await commenter.page.keyboard.type('Say where the prices are from: https://example.org/prices.')
  await commenter.page.keyboard.press('ControlOrMeta+Enter')
  await expect(threads(commenter.page)).toHaveCount(1)

  // On “price”.
  await select(commenter.page, 1, 8, 5)
  await commenter.page.keyboard.press('ControlOrMeta+Alt+c')
  await expect(panel(commenter.page).getByText('On the selected text in cell 1, Python')).toBeVisible()
  await commenter.page.keyboard.type('Net or gross? <b>bold</b>')
  await commenter.page.keyboard.press('ControlOrMeta+Enter')
  await expect(mark(commenter.page, 1)).toHaveText('price')
  await expect(threads(commenter.page)).toHaveCount(2)

  // The editor, who did nothing, sees both.
  await expect(owner.page.getByRole('button', { name: 'Comments, 2 open' })).toBeVisible()
  await expect(owner.page.getByRole('button', { name: '1 open thread on cell 2' })).toBeVisible()
  await expect(mark(owner.page, 1)).toHaveText('price')

  // Typing before it and inside it moves and stretches it, for both.
  await enterCell(owner.page, 1)
  await owner.page.keyboard.press('Home')
  await owner.page.keyboard.type('sub')
  await expect(mark(owner.page, 1)).toHaveText('price')
  for (let step = 0; step < 10; step += 1) await owner.page.keyboard.press('ArrowRight')
  await owner.page.keyboard.type('XY')
  await expect.poll(() => textOf(owner.page, 1)).toContain('subtotal = prXYice * count')
  await expect(mark(owner.page, 1)).toHaveText('prXYice')
  await expect(mark(commenter.page, 1)).toHaveText('prXYice')

  // A press on the mark opens its thread; what was written is text, not HTML.
  await mark(owner.page, 1).click()
  const thread = threads(owner.page).filter({ hasText: 'Net or gross?' })
  await expect(thread).toHaveAttribute('aria-current', 'true')
  await expect(thread).toContainText('Net or gross? <b>bold</b>')
  await expect(panel(owner.page).getByRole('link', { name: 'https://example.org/prices' })).toHaveAttribute('rel', /noopener/)

  // An answer that calls the commenter, chosen from the list by keys.
  await thread.getByRole('button', { name: 'Reply' }).click()
  const answer = thread.getByRole('textbox', { name: 'Reply' })
  await expect(answer).toBeFocused()
  await owner.page.keyboard.type(`Net, @${commenter.name.split(' ')[1]}`)
  await expect(thread.getByRole('option', { name: commenter.name })).toBeVisible()
  await owner.page.keyboard.press('Enter')
  await expect(answer).toHaveValue(`Net, @${commenter.name} `)
  await owner.page.keyboard.press('ControlOrMeta+Enter')
  await expect(threads(commenter.page).filter({ hasText: 'Net or gross?' }).locator('strong')).toHaveText(`@${commenter.name}`)

  // The bell counts one, wherever the commenter is, and leads to the thread.
  await expect(bell(commenter.page)).toHaveAccessibleName('Mentions, 1 unread')
  await commenter.page.goto('/harbour/runs')
  await expect(bell(commenter.page)).toHaveAccessibleName('Mentions, 1 unread')
  await bell(commenter.page).click()
  await commenter.page.getByRole('link', { name: /Net, @/ }).click()
  await expect(commenter.page).toHaveURL(new RegExp(`${notebook.path}$`))
  await expect(threads(commenter.page).filter({ hasText: 'Net or gross?' })).toHaveAttribute('aria-current', 'true')
  await expect(mark(commenter.page, 1)).toHaveClass(/is-active/)
  await expect(bell(commenter.page)).toHaveAccessibleName('Mentions')

  // Resolved by one, gone from the other's open threads; the line under the text too.
  await thread.getByRole('button', { name: 'Resolve' }).click()
  await expect(threads(commenter.page)).toHaveCount(1)
  await expect(mark(commenter.page, 1)).toHaveCount(0)
  await panel(commenter.page).getByRole('button', { name: 'Resolved 1' }).click()
  await expect(threads(commenter.page)).toContainText(['Resolved by'])

  // Opened again by who may comment, the line is back for both.
  await threads(commenter.page).getByRole('button', { name: 'Open again' }).click()
  for (const one of [owner.page, commenter.page]) await expect(mark(one, 1)).toHaveText('prXYice')
  await expect(owner.page.getByRole('button', { name: 'Comments, 2 open' })).toBeVisible()

  // Commenting is not editing.
  await enterCell(commenter.page, 1)
  await commenter.page.keyboard.type('intruder')
  await expect(cellAt(commenter.page, 1)).not.toContainText('intruder')
  await expect(cellAt(owner.page, 1)).not.toContainText('intruder')
})

test('S21: a viewer reads comments and finds no way to write one; a guest of the link sees none', async ({ owner, colleague, stranger, product }) => {
  const viewer = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Read only', [{ kind: 'python', source: 'x = 1' }])
  const thread = await owner.call<{ id: string }>('POST', `/notebooks/${notebook.id}/threads`, { cellId: 'cell-0', anchor: { kind: 'cell' }, body: 'For us only' })
  await openToRead(viewer.page, notebook.path)
  await viewer.page.getByRole('button', { name: '1 open thread on cell 1' }).click()
  await expect(threads(viewer.page)).toContainText(['For us only'])
  await expect(panel(viewer.page).getByRole('textbox')).toHaveCount(0)
  for (const name of ['Reply', 'Resolve']) await expect(panel(viewer.page).getByRole('button', { name, exact: true })).toHaveCount(0)
  await cellAt(viewer.page, 1).focus()
  await expect(cellAt(viewer.page, 1).getByRole('button', { name: 'Comment', exact: true })).toHaveCount(0)
  await viewer.page.keyboard.press('ControlOrMeta+Alt+c')
  await expect(panel(viewer.page).getByRole('textbox')).toHaveCount(0)
  await viewer.call('POST', `/notebooks/${notebook.id}/threads`, { cellId: 'cell-0', anchor: { kind: 'cell' }, body: 'x' }, 403)
  await viewer.call('POST', `/threads/${thread.id}/comments`, { body: 'x' }, 403)

  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const share = await owner.call<{ path: string }>('POST', `/workspaces/${workspaces.find((one) => one.slug === 'harbour')?.id}/shares`, { kind: 'notebook', notebookId: notebook.id })
  const guest = await stranger()
  await guest.goto(share.path)
  await expect(cellAt(guest, 1)).toContainText('x = 1')
  await expect(guest.getByRole('button', { name: /^Comments/ })).toHaveCount(0)
  const asked = await guest.request.get(`${product.url}/api/v1/notebooks/${notebook.id}/threads`)
  expect([asked.status(), ((await asked.json()) as { detail: string }).detail]).toEqual([403, 'Comments are for members of the workspace. Ask an owner to add you.'])
})

test('a thread outlives its text and its cell, and words are not lost by a slip', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Outlived', [{ kind: 'python', source: 'alpha beta' }, { kind: 'sql', source: 'select 1' }])
  await openNotebook(page, notebook)
  await select(page, 1, 6, 4)
  await page.keyboard.press('ControlOrMeta+Alt+c')
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await page.keyboard.type('About beta')

  // Escape asks; the panel can be closed and the words are there again.
  await page.keyboard.press('Escape')
  await expect(panel(page).getByRole('button', { name: 'Keep writing' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await panel(page).getByRole('button', { name: 'Close the comments' }).click()
  await page.getByRole('button', { name: 'Comments', exact: true }).click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toHaveValue('About beta')
  await page.getByRole('textbox', { name: 'Comment' }).press('ControlOrMeta+Enter')
  await expect(mark(page, 1)).toHaveText('beta')

  // Its text goes: the thread says so and shows it. An undo brings the mark back.
  await enterCell(page, 1)
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('Backspace')
  await expect(threads(page)).toContainText(['The text is gone'])
  await expect(threads(page)).toContainText(['beta'])
  await page.keyboard.press('ControlOrMeta+z')
  await expect(threads(page).getByText('The text is gone')).toHaveCount(0)
  await expect(mark(page, 1)).toHaveText('beta')

  // Its cell goes.
  await page.keyboard.press('Escape')
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(page.getByRole('article')).toHaveCount(1)
  await expect(threads(page)).toContainText(['The text is gone'])
  await expect(threads(page)).toContainText(['About beta'])

  // Own words can be changed and deleted.
  await threads(page).getByRole('button', { name: /^More for the comment/ }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await panel(page).getByRole('textbox', { name: 'Your comment' }).fill('About gamma')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(threads(page)).toContainText(['About gamma'])
  await expect(threads(page)).toContainText(['edited'])
  await threads(page).getByRole('button', { name: /^More for the comment/ }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(threads(page)).toHaveCount(0)
})

test('a comment goes along with its text when its cell is split and merged, and comes back with undo, for everybody', async ({ owner, colleague }) => {
  const commenter = await colleague('commenter')
  const notebook = await makeNotebook(owner, 'Carried', [{ kind: 'python', source: 'alpha = 1\nbeta = 2' }])
  await openNotebook(owner.page, notebook)
  await openToRead(commenter.page, notebook.path)
  const { page } = owner
  await select(page, 1, 0, 4)
  await page.keyboard.press('ControlOrMeta+Alt+c')
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await page.keyboard.type('About beta')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(mark(commenter.page, 1)).toHaveText('beta')

  await enterCell(page, 1)
  await page.keyboard.press('Home')
  await page.keyboard.press('Control+Shift+Minus')
  for (const one of [page, commenter.page]) await expect(mark(one, 2)).toHaveText('beta')
  await expect(mark(page, 1)).toHaveCount(0)
  await expect(threads(page)).toContainText(['Cell 2, Python'])
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Backspace')
  for (const one of [page, commenter.page]) await expect(mark(one, 1)).toHaveText('beta')
  await page.keyboard.press('z')
  await expect(page.getByText('Undone: merge 2 cells.')).toBeVisible()
  for (const one of [page, commenter.page]) await expect(mark(one, 2)).toHaveText('beta')
  await page.keyboard.press('z')
  await expect(cellAt(page, 2)).toHaveCount(0)
  for (const one of [page, commenter.page]) await expect(mark(one, 1)).toHaveText('beta')
  await expect(threads(page).getByText('The text is gone')).toHaveCount(0)

  // The server hears of the text and not of the thread: it is told again, by the next page too.
  await page.route('**/threads/*/place', (route) => route.abort())
  await enterCell(page, 1)
  await page.keyboard.press('Home')
  await page.keyboard.press('Control+Shift+Minus')
  await expect(cellAt(commenter.page, 2)).toBeVisible()
  await expect(mark(page, 2)).toHaveText('beta')
  await page.reload()
  await expect(mark(page, 2)).toHaveText('beta')
  await page.unroute('**/threads/*/place')
  await expect(mark(commenter.page, 2)).toHaveText('beta')
})

test('an output and a row of a result can be commented on, and the thread leads there', async ({ owner }) => {
  const { page } = owner
  const made = await owner.call<{ id: string; title: string }[]>('GET', '/workspaces/harbour/notebooks')
  await page.goto(`/harbour/n/${made.find((one) => one.title.startsWith('Welcome'))?.id}`)
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  const grid = page.getByRole('grid').first()
  await expect(grid).toBeVisible({ timeout: 60_000 })
  const cell = page.getByRole('article').filter({ has: page.getByRole('grid') }).first()
  await grid.scrollIntoViewIfNeeded()
  await grid.locator('[data-row="1"]').first().dblclick()
  await page.getByRole('button', { name: 'Comment on this row' }).click()
  await expect(panel(page).getByText(/^On row 2 of cell/)).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await page.keyboard.type('Odd row')
  await page.keyboard.press('ControlOrMeta+Enter')
  const row = threads(page).filter({ hasText: 'Odd row' })
  await expect(row).toContainText(/Row 2 in the output of cell \d/)
  await grid.focus()
  await page.keyboard.press('ControlOrMeta+End')
  await expect(grid.locator('[data-row="1"]')).toHaveCount(0)
  await row.getByTitle('Go to this place').click()
  await expect(grid.locator('[data-row="1"][aria-selected="true"]').first()).toBeVisible()

  await cell.focus()
  await cell.getByRole('button', { name: 'More for this cell' }).click()
  await page.getByRole('menuitem', { name: 'Comment on this output' }).click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await page.keyboard.type('Good output')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(threads(page).filter({ hasText: 'Good output' })).toContainText(/Output of cell \d/)
})

for (const theme of ['light', 'dark'] as const) {
  test(`the comments have no axe fault, beside the notebook and as a sheet on a phone: ${theme}`, async ({ owner, product }) => {
    const { page } = owner
    await page.context().addCookies([{ name: 'dataharbour-theme', value: theme, url: product.url }])
    const notebook = await makeNotebook(owner, 'Axe', [{ kind: 'python', source: 'x = 1' }])
    await owner.call('POST', `/notebooks/${notebook.id}/threads`, { cellId: 'cell-0', anchor: { kind: 'cell' }, quote: 'x = 1', body: 'Why one? https://example.org' })
    await openNotebook(page, notebook)
    await page.getByRole('button', { name: 'Comments, 1 open' }).click()
    await threads(page).getByRole('button', { name: 'Reply' }).click()
    await page.keyboard.type('@')
    await expectNoAxeFaults(page, { except: '.monaco-editor' })
    await page.setViewportSize({ width: 390, height: 800 })
    const sheet = page.getByRole('dialog', { name: 'Comments' })
    await expect(sheet).toBeVisible()
    await expect.poll(async () => (await sheet.boundingBox())?.width).toBe(390)
    await expectNoAxeFaults(page, { except: '.monaco-editor' })
    await sheet.getByTitle('Go to this place').click()
    await expect(sheet).toBeHidden()
    await expect(cellAt(page, 1)).toBeVisible()
  })
}
