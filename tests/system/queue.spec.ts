/** The queue that everybody in a notebook shares: what goes, what waits, in which order, and for how long. */
import type { Page } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook, pressFor, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

const LOOP = 'import time\nwhile True: time.sleep(.05)'

/** The first goes, the second waits. Each is asked for by a request of its own, and they could arrive in either order. */
async function runTwo(page: Page): Promise<void> {
  await runCell(page, 1)
  await expect(cellAt(page, 1)).toContainText(/Running \d:\d\d/, { timeout: 30_000 })
  await runCell(page, 2)
  await expect(cellAt(page, 2)).toContainText('Waiting its turn')
}

test('two people see one queue; who may orders it, it survives a reload, and it is cancelled for both', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Queue', [{ kind: 'python', source: LOOP }, { kind: 'python', source: 'print("two")' }, { kind: 'python', source: 'print("three")' }])
  await Promise.all([openNotebook(owner.page, notebook), openNotebook(mate.page, notebook)])
  const queueOf = (page: typeof owner.page) => page.getByRole('complementary', { name: 'Queue' })
  const rows = (page: typeof owner.page) => queueOf(page).getByRole('listitem')

  await runTwo(owner.page)
  await runCell(mate.page, 3)
  for (const { page } of [owner, mate]) {
    await pressFor(page.getByRole('button', { name: /^Queue/ }), queueOf(page))
    await expect(rows(page)).toHaveCount(3)
    await expect(rows(page).nth(0)).toContainText('Cell 1')
    await expect(rows(page).nth(0)).toContainText(/Running 0:\d\d/)
    await expect(rows(page).nth(1)).toContainText('Cell 2: print("two")')
    await expect(rows(page).nth(1)).toContainText('1st in line')
    await expect(rows(page).nth(2)).toContainText(mate.name)
  }

  // An editor may not pass who was there before; an owner may let them.
  await expect(rows(mate.page).nth(2).getByRole('button', { name: 'Move up in the queue' })).toHaveCount(0)
  await rows(owner.page).nth(2).getByRole('button', { name: 'Move up in the queue' }).click()
  for (const { page } of [owner, mate]) await expect(rows(page).nth(1)).toContainText('Cell 3')
  await mate.page.reload()
  await pressFor(mate.page.getByRole('button', { name: /^Queue/ }), queueOf(mate.page))
  await expect(rows(mate.page).nth(1)).toContainText('Cell 3')
  await expect(rows(mate.page).nth(2)).toContainText('2nd in line')

  // The one that goes is stopped: the moved one begins first.
  await rows(owner.page).nth(0).getByRole('button', { name: 'Cancel this run' }).click()
  for (const { page } of [owner, mate]) await expect(queueOf(page)).toContainText('Nothing runs and nothing waits.')
  await expect(cellAt(owner.page, 3)).toContainText('[2]')
  await expect(cellAt(owner.page, 2)).toContainText('[3]')

  await runTwo(mate.page)
  await expect(rows(owner.page)).toHaveCount(2)
  await queueOf(owner.page).getByRole('button', { name: 'Cancel all' }).click()
  for (const { page } of [owner, mate]) await expect(queueOf(page)).toContainText('Nothing runs and nothing waits.')
  await expect(cellAt(mate.page, 2)).toContainText('Cancelled by Harbour Owner before it ran')
})

test('I I ends what runs and one’s own that wait; a colleague’s waits on, is told of, and goes with one more press', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Interrupt', [{ kind: 'python', source: LOOP }, { kind: 'python', source: 'print("two")' }, { kind: 'python', source: LOOP }])
  await Promise.all([openNotebook(owner.page, notebook), openNotebook(mate.page, notebook)])
  await runTwo(owner.page)
  await runCell(mate.page, 3)
  await expect(cellAt(owner.page, 3)).toContainText('Waiting its turn')
  await cellAt(owner.page, 1).focus()
  await owner.page.keyboard.press('i')
  await owner.page.keyboard.press('i')

  await expect(cellAt(mate.page, 1)).toContainText(/Interrupted after .* by Harbour Owner/)
  await expect(cellAt(mate.page, 2)).toContainText('Cancelled by Harbour Owner before it ran')
  const news = owner.page.getByRole('region', { name: 'Notifications' })
  await expect(news).toContainText(`Still in line: 1 run of ${mate.name}.`)
  for (const { page } of [owner, mate]) await expect(cellAt(page, 3)).toContainText(/Running \d:\d\d/)
  await news.getByRole('button', { name: 'Cancel it too' }).click()
  for (const { page } of [owner, mate]) await expect(cellAt(page, 3)).toContainText(/Interrupted after .* by Harbour Owner/)
})

test('a running cell says how long it takes as a rule', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Expected time', [{ kind: 'python', source: 'import time\ntime.sleep(5.2)' }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(cellAt(owner.page, 1)).toContainText(/Took 5\.\d s/, { timeout: 30_000 })
  await runCell(owner.page, 1)
  await expect(cellAt(owner.page, 1)).toContainText(/Running 0:0[0-4] of about 0:05/)
  await runCell(owner.page, 1)
  const queue = owner.page.getByRole('complementary', { name: 'Queue' })
  await pressFor(owner.page.getByRole('button', { name: /^Queue/ }), queue)
  await expect(queue.getByRole('listitem').last()).toContainText(/1st in line, starts in about 0:0[1-5], takes about 0:05/)
  await expect(queue).toContainText('Nothing runs and nothing waits.', { timeout: 30_000 })
  await owner.page.keyboard.press('Escape')
  await owner.page.reload()
  await expect(cellAt(owner.page, 1)).toContainText(/Took 5\.\d s/)
})
