/** Locked cells and changing roles, as the people concerned see them, without a reload. */
import type { Page } from '@playwright/test'
import { changeRole } from './change-role.ts'
import { makeRoomCuttable } from './cut-room.ts'
import { makeRoomLate } from './late-room.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, outputOf, textOf, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

async function lockCell(page: Page, number: number): Promise<void> {
  await cellAt(page, number).hover()
  await cellAt(page, number).getByRole('button', { name: 'More for this cell' }).click()
  await page.getByRole('menuitem', { name: 'Lock for editors' }).click()
  await expect(cellAt(page, number).getByRole('button', { name: 'Locked' })).toBeVisible()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
}

test('an owner locks a cell: an editor sees who did, cannot write, delete or change it, may move it, and writes again when it is unlocked', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Locked', [{ kind: 'python', source: 'rate = 7' }, { kind: 'python', source: 'rate + 1' }])
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await lockCell(owner.page, 1)

  const locked = cellAt(mate.page, 1)
  await expect(locked.getByRole('button', { name: 'Locked' })).toBeVisible()
  await enterCell(mate.page, 1)
  await mate.page.keyboard.type('0')
  await expect(mate.page.getByText(/locked this cell\. You can run and move it/).first()).toBeVisible()
  expect(await textOf(mate.page, 1)).toBe('rate = 7')
  await mate.page.keyboard.press('Escape')
  await mate.page.keyboard.press('Escape')
  await mate.page.keyboard.press('d')
  await mate.page.keyboard.press('d')
  await expect(mate.page.getByRole('article')).toHaveCount(2)
  await expect(locked.getByRole('button', { name: 'Delete cell' })).toHaveCount(0)
  // It can still be run, with its value for the others; and cutting it with another cuts the other alone.
  await locked.getByRole('button', { name: 'Run cell' }).click()
  await cellAt(mate.page, 2).getByRole('button', { name: 'Run cell' }).click()
  await expect(outputOf(mate.page, 2)).toContainText('8', { timeout: 30_000 })
  await locked.focus()
  await mate.page.keyboard.press('Shift+J')
  await mate.page.keyboard.press('x')
  await expect(mate.page.getByRole('article')).toHaveCount(1)
  await mate.page.keyboard.press('v')
  await expect(mate.page.locator('#cell-cell-1')).toContainText('rate + 1')
  await locked.focus()
  await mate.page.keyboard.press('Alt+ArrowDown')
  await expect.poll(() => textOf(owner.page, 2)).toBe('rate = 7')

  await typeInto(owner.page, 2, '5')
  await expect.poll(() => textOf(mate.page, 2)).toBe('rate = 75')
  await owner.page.keyboard.press('Escape')
  await owner.page.keyboard.press('ControlOrMeta+k')
  await owner.page.getByPlaceholder('Find a command or a cell').fill('Lock or unlock')
  await expect(owner.page.getByRole('option').first()).toContainText('Lock or unlock')
  await owner.page.keyboard.press('Enter')
  await expect(mate.page.getByRole('button', { name: 'Locked' })).toHaveCount(0)
  await typeInto(mate.page, 2, '0')
  await expect.poll(() => textOf(owner.page, 2)).toBe('rate = 750')
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
})

for (const keeps of ['a copy', 'nothing']) {
  test(`an editor whose words came after the lock goes on at once, and puts them back as a cell, where the browser keeps ${keeps}`, async ({ owner, colleague }) => {
    const mate = await colleague('editor')
    if (keeps === 'nothing') await mate.page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }))
    const notebook = await makeNotebook(owner, 'Locked late', [{ kind: 'python', source: 'rate = 7' }])
    await openNotebook(owner.page, notebook)
    // What the server says reaches the editor late: here, after they typed.
    const late = await makeRoomLate(mate.page)
    await openNotebook(mate.page, notebook)
    await enterCell(mate.page, 1)
    late.hold()
    await lockCell(owner.page, 1)
    await mate.page.keyboard.type(' # mine')
    await mate.page.waitForTimeout(300)
    late.letGo()

    await expect(mate.page.getByText('1 cell that you wrote before an owner locked it is not in the notebook as you wrote it.')).toBeVisible()
    await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
    await expect.poll(() => textOf(mate.page, 1)).toBe('rate = 7')
    await mate.page.getByRole('button', { name: 'Put back at the end' }).click()
    await expect.poll(() => textOf(owner.page, 2)).toBe('rate = 7 # mine')
    expect(await textOf(owner.page, 1)).toBe('rate = 7')
    await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  })
}

test('an editor writes, moves and adds cells offline while an owner locks one of them: all else is saved at the return, and that one waits for a decision', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Locked meanwhile', ['a = 1', 'b = 2', 'c = 3'].map((source) => ({ kind: 'python' as const, source })))
  await openNotebook(owner.page, notebook)
  const line = await makeRoomCuttable(mate.page)
  await openNotebook(mate.page, notebook)
  const { keyboard } = mate.page
  await line.cut()
  await expect(mate.page.getByText(/Reconnecting/).first()).toBeVisible()
  for (const number of [1, 2, 3]) await typeInto(mate.page, number, ' # mine')
  await keyboard.press('Escape')
  await keyboard.press('Alt+ArrowUp')
  await keyboard.press('Alt+ArrowUp')
  await keyboard.press('b')
  await keyboard.press('Enter')
  await keyboard.type('d = 4')
  await typeInto(owner.page, 3, ' # hers')
  await owner.page.keyboard.press('Escape')
  await lockCell(owner.page, 2)
  line.mend()

  const notice = mate.page.getByText('1 cell that you wrote before an owner locked it is not in the notebook as you wrote it.')
  await expect(notice).toBeVisible({ timeout: 10_000 })
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  for (const { page } of [owner, mate]) {
    for (const [at, words] of [/^c = 3 # (mine # hers|hers # mine)$/, /^d = 4$/, /^a = 1 # mine$/, /^b = 2$/].entries()) await expect.poll(() => textOf(page, at + 1)).toMatch(words)
  }
  // They stay where they were, and go on.
  await keyboard.type(' + 1')
  await expect.poll(() => textOf(owner.page, 2)).toBe('d = 4 + 1')
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()

  await mate.page.reload()
  await expect(notice).toBeVisible()
  await mate.page.getByRole('button', { name: 'Put back at the end' }).click()
  await expect.poll(() => textOf(owner.page, 5)).toBe('b = 2 # mine')
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  await mate.page.reload()
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  await expect(notice).toHaveCount(0)
  await expect(mate.page.getByRole('article')).toHaveCount(5)
})

test('a role that changes while the page is open holds at once, both ways, with a sentence', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Roles', [{ kind: 'python', source: 'x = 1' }])
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await expect(mate.page.getByText('View only')).toBeVisible()
  const deeds = ['Share', 'Schedule', 'Copy a live view link'].map((name) => mate.page.getByRole('button', { name, exact: true }))
  const seeDeeds = async (count: number) => {
    for (const deed of deeds) await expect(deed).toHaveCount(count, { timeout: 5_000 })
  }
  await seeDeeds(0)

  await changeRole(owner, mate, 'commenter')
  await expect(mate.page.getByText('You can comment', { exact: true })).toBeVisible({ timeout: 5_000 })
  await expect(mate.page.getByText('Your role changed: you can read this notebook and comment on it now.')).toBeVisible()
  await cellAt(mate.page, 1).hover()
  await expect(cellAt(mate.page, 1).getByRole('button', { name: 'Comment', exact: true })).toBeVisible()

  await changeRole(owner, mate, 'editor')
  await expect(mate.page.getByText('Your role changed: you can write in this notebook now.')).toBeVisible({ timeout: 5_000 })
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  await seeDeeds(1)
  await expect(cellAt(mate.page, 1).getByRole('button', { name: 'Run cell' })).toBeVisible()
  await typeInto(mate.page, 1, '0')
  await expect.poll(() => textOf(owner.page, 1)).toBe('x = 10')

  await changeRole(owner, mate, 'runner')
  await expect(mate.page.getByText('You can run', { exact: true })).toBeVisible({ timeout: 5_000 })
  await seeDeeds(0)
  await changeRole(owner, mate, 'viewer')
  await expect(mate.page.getByText('View only')).toBeVisible({ timeout: 5_000 })
  await expect(mate.page.getByText('Your role changed: you can only read this notebook now.')).toBeVisible()
  await expect(cellAt(mate.page, 1).getByRole('button', { name: 'Run cell' })).toHaveCount(0)
  await cellAt(mate.page, 1).locator('.view-lines').first().click()
  await mate.page.keyboard.type('9')
  // What was typed before may not be undone any more either.
  await mate.page.keyboard.press('ControlOrMeta+z')
  await typeInto(owner.page, 1, '0')
  await expect.poll(() => textOf(mate.page, 1)).toBe('x = 100')
  expect(await textOf(owner.page, 1)).toBe('x = 100')
})

test('who may not change a notebook is not offered to name its versions, and hears by Ctrl+S that all is saved', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Told true', [{ kind: 'python', source: 'x = 1' }])
  const dialogs = async (page: Page, isEditor: boolean) => {
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByPlaceholder('Find a command or a cell').fill('version')
    await expect(page.getByRole('option', { name: 'Version history' })).toBeVisible()
    await expect(page.getByRole('option', { name: 'Name this version' })).toHaveCount(isEditor ? 1 : 0)
    await page.keyboard.press('Escape')
    await expect(page.getByPlaceholder('Find a command or a cell')).toHaveCount(0)
    await page.keyboard.press('h')
    const help = page.getByRole('dialog', { name: 'Keyboard' })
    await expect(help.getByText('Next cell', { exact: true })).toBeVisible()
    for (const words of ['Name this version', 'Edit the cell', 'Add a cell above', 'Run cell', 'While writing']) await expect(help.getByText(words, { exact: true })).toHaveCount(isEditor ? 1 : 0)
    await page.keyboard.press('Escape')
    await expect(help).toHaveCount(0)
  }
  await mate.page.goto(notebook.path)
  await expect(mate.page.getByText('View only')).toBeVisible()
  await dialogs(mate.page, false)
  await mate.page.keyboard.press('ControlOrMeta+s')
  await expect(mate.page.getByText('Everything is saved, as always')).toBeVisible()
  await openNotebook(owner.page, notebook)
  await cellAt(owner.page, 1).focus()
  await dialogs(owner.page, true)
})
