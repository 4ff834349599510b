/** The walk of a cut table: it says so, is loaded whole by Spark while both people see it, and its cell never runs again unasked. */
import { cellAt, makeNotebook, openNotebook, outputOf, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

const ROWS = /120[,\u202f ]?000 rows/

test('first rows of more, then all, without running the cell again', async ({ owner, colleague }) => {
  test.setTimeout(240_000)
  const notebook = await makeNotebook(owner, 'All of it', [
    { kind: 'python', source: 'times = globals().get("times", 0) + 1\nspark.range(0, 120_000, 1, 4)' },
    { kind: 'python', source: 'print("ran", times)' },
  ])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  const cell = cellAt(owner.page, 1)
  const foot = cell.getByRole('group', { name: 'Rows that are not here' })
  await expect(foot).toContainText(/First 10.?000 rows of more/, { timeout: 120_000 })
  const mate = await colleague()
  await openNotebook(mate.page, notebook)
  await expect(cellAt(mate.page, 1).getByRole('group', { name: 'Rows that are not here' })).toContainText(/First 10.?000 rows of more/)
  const before = await outputOf(owner.page, 1).boundingBox()

  await foot.getByRole('button', { name: 'Load all' }).click()
  await expect(cell.getByRole('status').first()).toContainText(ROWS, { timeout: 60_000 })
  await expect(cellAt(mate.page, 1)).toContainText(ROWS)
  await expect(foot).toBeHidden()
  expect((await outputOf(owner.page, 1).boundingBox())?.height).toBe(before?.height)
  await openNotebook(owner.page, notebook)
  await expect(cell).toContainText(ROWS)
  await runCell(owner.page, 2)
  await expect(outputOf(owner.page, 2)).toContainText('ran 1')

  // A kernel that ended has nothing to load: the cell runs again by a second press only.
  await runCell(owner.page, 1)
  await expect(foot).toContainText(/First 10.?000 rows of more/)
  await owner.call('DELETE', `/notebooks/${notebook.id}/kernel`)
  await expect.poll(async () => (await owner.call<{ state: string }>('GET', `/notebooks/${notebook.id}/kernel`)).state, { timeout: 30_000 }).toBe('stopped')
  await foot.getByRole('button', { name: 'Load all' }).click()
  await expect(foot.getByRole('alert')).toContainText('Run the cell again with all rows.')
  await foot.getByRole('button', { name: 'Run the cell, all rows' }).click()
  await expect(cell.getByRole('status').first()).toContainText(ROWS, { timeout: 60_000 })

  // The cell's own limit, for everybody.
  await cell.hover()
  await cell.getByRole('button', { name: 'More for this cell' }).click()
  await owner.page.getByRole('menuitem', { name: 'Keep 1 000 rows' }).click()
  await expect(cellAt(mate.page, 1)).toContainText('Keeps 1 000 rows')
  await runCell(owner.page, 1)
  await expect(foot).toContainText(/First 1.?000 rows of more/, { timeout: 30_000 })
})
