/** Locked cells and changing roles, as the people concerned see them, without a reload. */
import type { Page } from '@playwright/test'
import { makeRoomLate } from './late-room.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, textOf, typeInto } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

async function changeRole(owner: Person, mate: Person, role: string): Promise<void> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const id = workspaces.find((workspace) => workspace.slug === 'harbour')?.id
  const members = await owner.call<{ userId: string; email: string }[]>('GET', `/workspaces/${id}/members`)
  await owner.call('PATCH', `/workspaces/${id}/members/${members.find((member) => member.email === mate.email)?.userId}`, { role })
}

test('an owner locks a cell: an editor sees who did, cannot write, delete or change it, may move it, and writes again when it is unlocked', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Locked', [{ kind: 'python', source: 'rate = 7' }, { kind: 'python', source: 'free = 1' }])
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await cellAt(owner.page, 1).hover()
  await cellAt(owner.page, 1).getByRole('button', { name: 'More for this cell' }).click()
  await owner.page.getByRole('menuitem', { name: 'Lock for editors' }).click()

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
  await expect(locked.getByRole('button', { name: 'Run cell' })).toBeVisible()
  await mate.page.keyboard.press('Alt+ArrowDown')
  await expect.poll(() => textOf(owner.page, 2)).toBe('rate = 7')

  await typeInto(owner.page, 2, '5')
  await expect.poll(() => textOf(mate.page, 2)).toBe('rate = 75')
  await owner.page.keyboard.press('Escape')
  await owner.page.keyboard.press('ControlOrMeta+k')
  await owner.page.keyboard.type('Lock or unlock')
  await owner.page.keyboard.press('Enter')
  await expect(mate.page.getByRole('button', { name: 'Locked' })).toHaveCount(0)
  await typeInto(mate.page, 2, '0')
  await expect.poll(() => textOf(owner.page, 2)).toBe('rate = 750')
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
})

test('an editor whose words came after the lock is told, keeps them, and puts them back as a cell after a reload', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Locked late', [{ kind: 'python', source: 'rate = 7' }])
  await openNotebook(owner.page, notebook)
  // What the server says reaches the editor late: here, after they typed.
  const late = await makeRoomLate(mate.page)
  await openNotebook(mate.page, notebook)
  await enterCell(mate.page, 1)
  late.hold()
  await owner.page.getByRole('article').first().hover()
  await owner.page.getByRole('button', { name: 'More for this cell' }).click()
  await owner.page.getByRole('menuitem', { name: 'Lock for editors' }).click()
  await expect(owner.page.getByRole('button', { name: 'Locked' })).toBeVisible()
  await expect(owner.page.getByText('Saved', { exact: true })).toBeVisible()
  await mate.page.keyboard.type(' # mine')
  await mate.page.waitForTimeout(300)
  late.letGo()

  await expect(mate.page.getByRole('alert').filter({ hasText: 'A cell that you changed is locked' })).toBeVisible()
  await expect(mate.page.getByText('Not saved', { exact: true })).toBeVisible()
  await mate.page.getByRole('button', { name: 'Reload' }).click()
  await expect(mate.page.getByText(/1 cell that you wrote before the reload/)).toBeVisible()
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  await mate.page.getByRole('button', { name: 'Put back at the end' }).click()
  await expect.poll(() => textOf(owner.page, 2)).toBe('rate = 7 # mine')
  expect(await textOf(owner.page, 1)).toBe('rate = 7')
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
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
