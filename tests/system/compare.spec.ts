/** The walks of comparing: a cell is run twice and what became of its table is told row by row; and a notebook is seen as it was. */
import type { Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, outputOf, pickFromMenu, pressFor, runCell, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

/** Output is there before its run has ended, and the past knows only of runs that have. */
const untilEnded = (page: Page) => expect(page.getByRole('button', { name: /Kernel: Ready/ })).toBeVisible()

/** The first time the ids are 0 to 9; each time one comes, one goes, and the amount of 3 is another. */
const SOURCE = `n = globals().get('n', 0) + 1
spark.sql(f"select id, if(id = 3, id * {n}, id) as amount, if(id < 5, 'low', 'high') as size from range({n - 1}, {n + 9})")`

test('two runs of a cell are compared by a guessed key and as whole rows; the address shows the same to a viewer', async ({ owner, colleague }) => {
  const notebook = await makeNotebook(owner, 'Compared', [{ kind: 'python', source: SOURCE }])
  const { page } = owner
  await openNotebook(page, notebook)
  const grid = cellAt(page, 1).getByRole('grid')
  await runCell(page, 1)
  await expect(grid).toContainText('high', { timeout: 90_000 })
  await runCell(page, 1)
  await expect(grid.getByRole('gridcell', { name: '10', exact: true }).first()).toBeVisible({ timeout: 60_000 })

  await pressFor(outputOf(page, 1).getByRole('button', { name: 'More for this table' }), page.getByRole('menuitem', { name: 'Compare with…' }))
  await page.getByRole('menuitem', { name: 'Compare with…' }).click()
  await page.getByRole('dialog', { name: 'Compare with…' }).getByRole('link', { name: /The one before/ }).click()

  await expect(page.getByRole('heading', { name: '3 rows differ.' })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('Guessed: in both tables it stands for one row each.')).toBeVisible()
  for (const [name, count] of [['Added', '1'], ['Removed', '1'], ['Changed', '1'], ['Unchanged', '8']] as const) await expect(page.locator('dl > div', { hasText: new RegExp(`\\b${name}`) })).toContainText(count)
  const difference = page.getByRole('grid', { name: 'Rows that differ' })
  await expect(difference.getByRole('columnheader', { name: /amount_before/ })).toBeVisible()
  const changed = difference.getByRole('row').filter({ has: page.getByRole('gridcell', { name: 'changed', exact: true }) })
  await expect(changed).toContainText('amount')
  await expect(changed.getByRole('gridcell', { name: '6', exact: true })).toBeVisible()
  await expect(page.getByText('The same names and types in the same order.')).toBeVisible()
  await expect(page.getByRole('table', { name: 'How the values of each column moved' })).toContainText('“high” 50 % → 60 %')
  await expectNoAxeFaults(page, { themes: ['dark', 'light'] })

  await page.getByRole('button', { name: 'Change the key' }).click()
  await page.getByRole('button', { name: 'Compare whole rows' }).click()
  await expect(page.getByRole('heading', { name: '4 rows differ.' })).toBeVisible({ timeout: 30_000 })
  await expect(page).toHaveURL(/[?&]key=(&|$)/)
  await page.getByRole('button', { name: 'Swap before and after' }).click()
  await expect(page.getByRole('row', { name: /removed/ }).getByRole('gridcell', { name: '10', exact: true }).first()).toBeVisible({ timeout: 30_000 })

  const viewer = await colleague('viewer')
  await viewer.page.setViewportSize({ width: 390, height: 800 })
  await viewer.page.goto(page.url())
  await expect(viewer.page.getByRole('heading', { name: '4 rows differ.' })).toBeVisible()
  await expect(viewer.page.getByRole('grid', { name: 'Rows that differ' })).toContainText('removed')
  expect(await viewer.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})

test('one slider goes back over texts and runs by the arrow keys; a run of another text says so, and the address shows the same again', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Looked back at', [{ kind: 'python', source: 'print("first" + " light")' }])
  const { page } = owner
  const name = (text: string) => owner.call('POST', `/notebooks/${notebook.id}/versions`, { name: text })
  await openNotebook(page, notebook)
  await name('Morning')
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('first light', { timeout: 60_000 })
  await untilEnded(page)
  await typeInto(page, 1, '\nprint("second" + " light")')
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await name('Evening')
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('second light', { timeout: 60_000 })
  await untilEnded(page)

  await pickFromMenu(page, 'Look back in time')
  const slider = page.getByRole('slider', { name: 'Point in time' })
  const cell = page.getByRole('article', { name: 'Cell 1, Python' })
  await expect(cell).toContainText('second light')
  await slider.focus()
  const back = async (to: RegExp) => {
    for (let left = 8; left > 0 && !to.test((await slider.getAttribute('aria-valuetext')) ?? ''); left -= 1) await page.keyboard.press('ArrowLeft')
    await expect(slider).toHaveAttribute('aria-valuetext', to)
  }

  await back(/Version “Evening”/)
  await expect(page).toHaveURL(/\?asOf=/)
  await expect(cell).toContainText('Ran another text')
  await expect(cell).toContainText('first light')
  await expect(cell).not.toContainText('second light')
  await expect(cell.getByRole('region', { name: 'Source of cell 1' })).toContainText('"second" + " light"')
  await expectNoAxeFaults(page, { themes: ['dark', 'light'] })

  await back(/Run of 1 cell succeeded/)
  await expect(cell).not.toContainText('Ran another text')
  await expect(cell.getByRole('region', { name: 'Source of cell 1' })).not.toContainText('second')
  await back(/Version “Morning”/)
  await expect(cell).toContainText('Not run by then')
  await page.setViewportSize({ width: 390, height: 800 })
  await page.reload()
  await expect(cell).toContainText('Not run by then')
  await expect(slider).toHaveAttribute('aria-valuetext', /Version “Morning”/)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await page.getByRole('link', { name: 'Back to now' }).click()
  await expect(slider).toHaveCount(0)
  await expect(cellAt(page, 1)).toContainText('second light')
})
