/** The keyboard of a Mac: Command where others have Ctrl, in a cell and outside, and said so on the page. */
import { cellAt, enterCell, makeNotebook, openNotebook, outputOf, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36'

test('on a Mac, Command runs, undoes, opens the commands and names a version; Ctrl does not', async ({ browser, owner, ownerState, product }) => {
  const notebook = await makeNotebook(owner, 'On a Mac', [{ kind: 'python', source: 'print(6 * 7)' }, { kind: 'python', source: 'x = 1' }])
  const context = await browser.newContext({ storageState: ownerState, baseURL: product.url, userAgent: MAC })
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'platform', { get: () => 'MacIntel' }))
  const page = await context.newPage()
  const { keyboard } = page
  await openNotebook(page, notebook)

  await cellAt(page, 1).focus()
  await keyboard.press('Control+Enter')
  await page.waitForTimeout(300)
  await expect(cellAt(page, 1).getByRole('button', { name: 'Run cell' })).toBeVisible()
  await keyboard.press('Meta+Enter')
  await expect(outputOf(page, 1)).toContainText('42', { timeout: 30_000 })

  await enterCell(page, 2)
  await keyboard.press('Meta+ArrowDown')
  await keyboard.type('0')
  await expect.poll(() => textOf(page, 2)).toBe('x = 10')
  await keyboard.press('Control+z')
  await page.waitForTimeout(300)
  expect(await textOf(page, 2)).toBe('x = 10')
  await keyboard.press('Meta+z')
  await expect.poll(() => textOf(page, 2)).toBe('x = 1')
  await keyboard.press('Meta+Shift+z')
  await expect.poll(() => textOf(page, 2)).toBe('x = 10')

  const commands = page.getByRole('dialog', { name: 'Commands' })
  await keyboard.press('Meta+k')
  await expect(commands.getByRole('option', { name: /^Interrupt/ })).toContainText('I')
  await expect(commands.getByRole('option', { name: /^Name this version/ })).toContainText('⌘')
  await keyboard.press('Escape')
  await expect(commands).toHaveCount(0)
  await keyboard.press('Meta+s')
  const naming = page.getByRole('dialog', { name: 'Name this version' })
  await expect(naming).toBeVisible()
  await keyboard.press('Escape')
  await expect(naming).toHaveCount(0)

  // In command mode the keys with Ctrl that Jupyter has on a Mac too are Ctrl there.
  await cellAt(page, 2).focus()
  await keyboard.press('Control+Shift+ArrowUp')
  await expect.poll(() => textOf(page, 1)).toBe('x = 10')
  await keyboard.press('Meta+a')
  await expect(page.getByText('2 cells selected', { exact: false })).toBeAttached()
  await context.close()
})
