/** The walk of a result: a Delta table in the object store, shown whole, with Spark asleep. */
import { cellAt, makeNotebook, openNotebook, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('a table is paged and sorted from Delta with Spark stopped', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'A table', [{ kind: 'sql', source: 'select id, concat("row ", id) as name from range(5000)' }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  const grid = cellAt(owner.page, 1).getByRole('grid')
  await expect(grid).toContainText('row 0', { timeout: 60_000 })
  await expect(cellAt(owner.page, 1)).toContainText(/5[,\u202f ]?000 rows/)

  await stopSpark(owner)
  await owner.page.reload()
  await expect(grid).toContainText('row 0')
  const id = grid.getByRole('columnheader', { name: /id/ })
  await id.getByRole('button').first().click()
  // A page that wakes up repeats one press of those before, the last.
  await expect(id).toHaveAttribute('aria-sort', 'ascending')
  await id.getByRole('button').first().click()
  await expect(grid).toContainText('row 4999')
})

async function stopSpark(owner: import('./people.ts').Person): Promise<void> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const id = workspaces.find((workspace) => workspace.slug === 'harbour')?.id
  const computes = await owner.call<{ id: string; state: string }[]>('GET', `/workspaces/${id}/computes`)
  for (const compute of computes) await owner.call('POST', `/computes/${compute.id}/stop`)
  await expect.poll(async () => {
    const now = await owner.call<{ state: string }[]>('GET', `/workspaces/${id}/computes`)
    return now.every((compute) => compute.state === 'stopped')
  }, { timeout: 30_000 }).toBe(true)
}
