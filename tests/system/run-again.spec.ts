/** Running what is stale, down to a cell, and a run again exactly; and two runs beside each other. */
import { cellAt, makeNotebook, openNotebook, outputOf, runCell, textOf, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('only what was changed since its last good run is run, by key, and a cell can be the last one to run', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Stale', ['print("one")', 'print("two")', 'print("three")'].map((source) => ({ kind: 'python' as const, source })))
  await openNotebook(page, notebook)
  await cellAt(page, 2).focus()
  await cellAt(page, 2).getByRole('button', { name: 'More for this cell' }).click()
  await page.getByRole('menuitem', { name: 'Run all down to here' }).click()
  await expect(cellAt(page, 2)).toContainText('[2]', { timeout: 30_000 })
  await expect(cellAt(page, 3)).toContainText('[ ]')

  await typeInto(page, 2, '  # changed')
  await expect(cellAt(page, 2)).toContainText('Changed since')
  await page.keyboard.press('ControlOrMeta+Shift+R')
  await expect(cellAt(page, 2)).toContainText('[3]')
  await expect(cellAt(page, 3)).toContainText('[4]')
  await expect(cellAt(page, 1)).toContainText('[1]')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+Shift+R')
  await expect(page.getByText('Nothing is stale')).toBeVisible()
})

test('a run is done again exactly though its cell was changed, and the two are compared', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Again', [
    { kind: 'python', source: 'print("as it was")' },
    { kind: 'input', source: JSON.stringify({ name: 'top', label: 'Top', type: 'number', initial: 3 }) },
  ])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('as it was', { timeout: 30_000 })
  const [first] = await owner.call<{ id: string }[]>('GET', `/notebooks/${notebook.id}/runs`)
  await typeInto(page, 1, '\nprint("and more")')
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('and more')

  await page.goto(`/harbour/runs/${first?.id}`)
  await expect(page.getByRole('region', { name: 'Parameters' })).toContainText('top3')
  await expect(page.getByRole('region', { name: 'Environment' })).toContainText(/Python3\.\d+\.\d+/)
  await page.getByText(/^\d+ packages$/).click()
  await expect(page.getByRole('region', { name: 'Environment' })).toContainText(/ipykernel \d/)
  await page.getByRole('button', { name: 'Run again exactly' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith(first?.id ?? ''))
  await expect(page.getByRole('link', { name: 'an earlier run' })).toHaveAttribute('href', `/harbour/runs/${first?.id}`)
  await expect(page.getByText('Succeeded', { exact: true }).first()).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('article')).toContainText('as it was')
  await expect(page.getByRole('article')).not.toContainText('and more')

  await page.getByRole('combobox', { name: /^Compare with another run/ }).click()
  await page.getByRole('option').nth(1).click()
  await page.waitForURL(/\/compare\//)
  await expect(page.getByRole('region', { name: 'Cell 1, Python' })).toContainText('print("and more")')
  await expect(page.getByRole('region', { name: 'Output of cell 1' })).toContainText('and more')

  // The notebook shows the newest run, and that its text is another by now.
  await page.goto(notebook.path)
  await expect(cellAt(page, 1)).toContainText('run again exactly')
  await expect(cellAt(page, 1)).toContainText('Changed since')
  expect(await textOf(page, 1)).toContain('and more')
})
