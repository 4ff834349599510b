/** The walk of a keystroke: two people, two browsers, one cell. */
import { cellAt, enterCell, makeNotebook, openNotebook, textOf, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('two people type in one cell at once and both see every letter, the other’s cursor by name, and Saved', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Together', [{ kind: 'python', source: '' }])
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)

  await enterCell(owner.page, 1)
  await enterCell(mate.page, 1)
  await Promise.all([
    owner.page.keyboard.type('aaaaaaaaaaaaaaaaaaaa', { delay: 15 }),
    mate.page.keyboard.type('bbbbbbbbbbbbbbbbbbbb', { delay: 17 }),
  ])
  await expect.poll(async () => [...(await textOf(owner.page, 1))].filter((letter) => letter === 'a' || letter === 'b').length).toBe(40)
  await expect.poll(() => textOf(mate.page, 1)).toBe(await textOf(owner.page, 1))
  await expect(owner.page.getByText('Saved', { exact: true })).toBeVisible()
  await expect(cellAt(owner.page, 1).getByText(mate.name).first()).toBeAttached()
  await expect(owner.page.getByRole('button', { name: new RegExp(mate.name) }).first()).toBeVisible()

  await owner.page.reload()
  await expect(owner.page.getByText('Saved', { exact: true })).toBeVisible()
  await expect.poll(() => textOf(owner.page, 1)).toBe(await textOf(mate.page, 1))
})

test('a viewer sees letters come and can write none', async ({ owner, colleague }) => {
  const viewer = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'To be read', [{ kind: 'python', source: 'print(1)' }])
  await openNotebook(owner.page, notebook)
  await viewer.page.goto(notebook.path)
  await typeInto(owner.page, 1, ' # seen')
  await expect(cellAt(viewer.page, 1)).toContainText('# seen')
  await cellAt(viewer.page, 1).click()
  await viewer.page.keyboard.press('Enter')
  await viewer.page.keyboard.type('intruder')
  await expect(cellAt(viewer.page, 1)).not.toContainText('intruder')
  await expect(cellAt(owner.page, 1)).not.toContainText('intruder')
  await viewer.call('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'all' } }, 403)
})

test('F1: kill -9 of the web process while two people type loses no acknowledged letter and doubles none', async ({ owner, colleague, product }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Killed', [{ kind: 'python', source: '' }, { kind: 'python', source: '' }])
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await enterCell(owner.page, 1)
  await enterCell(mate.page, 2)
  const typing = Promise.all([typeNumbers(owner.page, 60), typeNumbers(mate.page, 60)])
  await owner.page.waitForTimeout(700)
  product.web.kill('SIGKILL')
  await owner.page.waitForTimeout(500)
  await product.restartWeb()
  await typing
  const whole = Array.from({ length: 60 }, (_, i) => `${i};`).join('')
  for (const page of [owner.page, mate.page]) {
    await expect(page.getByText('Saved', { exact: true })).toBeVisible({ timeout: 20_000 })
    await expect.poll(() => textOf(page, 1)).toBe(whole)
    await expect.poll(() => textOf(page, 2)).toBe(whole)
  }
})

async function typeNumbers(page: import('@playwright/test').Page, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await page.keyboard.type(`${i};`, { delay: 10 })
}
