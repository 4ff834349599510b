/** F1, F14: what was typed while the server was away survives in the browser, though its tab was closed meanwhile. */
import { enterCell, makeNotebook, openNotebook, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('typed offline, tab closed, server back: the next visit has the words and saves them', async ({ owner, product }) => {
  const notebook = await makeNotebook(owner, 'Offline', [{ kind: 'python', source: '' }])
  const page = await owner.page.context().newPage()
  await openNotebook(page, notebook)
  await enterCell(page, 1)
  product.web.kill('SIGKILL')
  await expect(page.getByText(/Reconnecting|Offline/).first()).toBeVisible()
  await page.keyboard.type('written at sea', { delay: 5 })
  await expect.poll(() => textOf(page, 1)).toBe('written at sea')
  await expect(page.getByText(/edits kept here/)).toBeVisible()
  // The browser writes its copy a moment after the letter is on the page.
  await page.waitForTimeout(500)
  await page.close({ runBeforeUnload: false })
  await product.restartWeb()
  await openNotebook(owner.page, notebook)
  await expect.poll(() => textOf(owner.page, 1)).toBe('written at sea')
})
