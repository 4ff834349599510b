/** What is in the bin, gone for good: one cell or all, after a question, for both people, and a colleague's Restore is stronger. */
import type { Page } from '@playwright/test'
import { makeRoomLate } from './late-room.ts'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, pickFromMenu, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

const cells = (page: Page) => page.getByRole('article', { name: /^Cell \d+/ })
const bin = (page: Page) => page.getByRole('dialog', { name: 'Bin' })
const binned = (page: Page, source: string) => bin(page).getByRole('article').filter({ hasText: source })

async function openBin(page: Page): Promise<void> {
  await pickFromMenu(page, 'Bin')
  await expect(bin(page)).toBeVisible()
}

async function remove(page: Page, number: number): Promise<void> {
  await cellAt(page, number).focus()
  await page.keyboard.press('d')
  await page.keyboard.press('d')
}

test('a deleted cell is deleted for good after a question, then all are; both people see it, and no live cell is touched', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'For good', ['secret = 1', 'second = 2', 'third = 3', 'kept = 4'].map((source) => ({ kind: 'python' as const, source })))
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  const { page } = owner
  for (let left = 3; left > 0; left -= 1) {
    await remove(page, 1)
    await expect(cells(mate.page)).toHaveCount(left)
  }
  await openBin(page)
  await openBin(mate.page)
  await expect(bin(mate.page).getByRole('article')).toHaveCount(3)

  await binned(page, 'secret').getByRole('button', { name: 'Delete for good' }).click()
  const question = page.getByRole('dialog', { name: 'Delete this cell for good?' })
  await expect(question).toContainText('Nobody can bring it back')
  await expectNoAxeFaults(page, { within: '[role="dialog"]', themes: ['light', 'dark'] })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(bin(page).getByRole('article')).toHaveCount(3)

  await binned(page, 'secret').getByRole('button', { name: 'Delete for good' }).click()
  await question.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('1 cell deleted for good.')).toBeVisible()
  for (const one of [page, mate.page]) await expect(bin(one).getByRole('article')).toHaveCount(2)
  // The button that was pressed is gone; the keyboard is still in the bin.
  await expect(bin(page).getByRole('group', { name: 'Deleted cells' })).toBeFocused()

  await bin(page).getByRole('button', { name: 'Empty the bin' }).click()
  await page.getByRole('dialog', { name: 'Delete 2 cells for good?' }).getByRole('button', { name: 'Delete for good' }).click()
  for (const one of [page, mate.page]) await expect(bin(one).getByText('The bin is empty')).toBeVisible()
  await page.keyboard.press('Escape')
  // Z is of the deletion before, which nobody can take back any more.
  await cellAt(page, 1).focus()
  await page.keyboard.press('z')
  await expect(page.getByText(/cannot be taken back/)).toBeVisible()
  for (const one of [page, mate.page]) await expect.poll(() => textOf(one, 1)).toBe('kept = 4')
  await page.reload()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await expect(cells(page)).toHaveCount(1)
})

test('a cell that a colleague brings back in the moment in which another deletes it for good is back, for both', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'In one moment', ['wanted = 1', 'kept = 2'].map((source) => ({ kind: 'python' as const, source })))
  await openNotebook(owner.page, notebook)
  // What the server says reaches the colleague late: here, after they pressed.
  const late = await makeRoomLate(mate.page)
  await openNotebook(mate.page, notebook)
  await remove(owner.page, 1)
  await expect(cells(mate.page)).toHaveCount(1)
  await openBin(owner.page)
  await openBin(mate.page)
  await expect(binned(mate.page, 'wanted')).toBeVisible()

  late.hold()
  await binned(owner.page, 'wanted').getByRole('button', { name: 'Delete for good' }).click()
  await owner.page.getByRole('dialog', { name: 'Delete this cell for good?' }).getByRole('button', { name: 'Delete for good' }).click()
  await expect(bin(owner.page).getByText('The bin is empty')).toBeVisible()
  await binned(mate.page, 'wanted').getByRole('button', { name: 'Restore' }).click()
  await expect(cells(mate.page)).toHaveCount(2)
  late.letGo()
  for (const one of [owner.page, mate.page]) await expect(cells(one)).toHaveCount(2)
  await owner.page.keyboard.press('Escape')
  for (const one of [owner.page, mate.page]) await expect.poll(() => textOf(one, 1)).toBe('wanted = 1')
})
