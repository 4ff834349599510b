/** The history of a notebook in two browsers: name it, see what a colleague changed, bring it back while they type. */
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, pickFromMenu, textOf, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

const CELLS = [
  { kind: 'markdown' as const, source: '# Delays' },
  { kind: 'python' as const, source: 'limit = 10\nprint(limit)' },
  { kind: 'sql' as const, source: 'select 1' },
]

test('F2 two people: a version is named, a colleague changes and deletes cells, the diff shows it, one cell and then all come back while the colleague types, and nothing typed is lost', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Delays', CELLS)
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)

  await typeInto(owner.page, 2, '\n# good')
  await owner.page.keyboard.press('ControlOrMeta+s')
  const naming = owner.page.getByRole('dialog', { name: 'Name this version' })
  await expect(naming).toContainText('Everything is saved as you type')
  await expect(naming.getByLabel('Name')).not.toHaveValue('')
  await naming.getByLabel('Name').fill('Sent to the board')
  await owner.page.keyboard.press('Enter')
  await expect(owner.page.getByText('This version is named “Sent to the board”.')).toBeVisible()

  await typeInto(mate.page, 2, '\nprint("broken")')
  await cellAt(mate.page, 3).click()
  await mate.page.keyboard.press('Escape')
  await mate.page.keyboard.press('d')
  await mate.page.keyboard.press('d')
  await expect(mate.page.getByRole('article')).toHaveCount(2)
  await expect(owner.page.getByRole('article')).toHaveCount(2)

  await pickFromMenu(owner.page, 'Version history')
  const history = owner.page.getByRole('dialog', { name: 'Version history' })
  await history.getByRole('button', { name: /Sent to the board/ }).click()
  const changed = history.getByRole('region', { name: 'Cell 2, Python' })
  await expect(changed).toContainText('After: print("broken")')
  const removed = history.getByRole('region', { name: 'Cell 3, SQL' })
  await expect(removed).toContainText('Removed')
  await expect(history.getByRole('button', { name: 'Show 1 unchanged cell' })).toBeVisible()
  await expectNoAxeFaults(owner.page, { within: '[role="dialog"]', themes: ['dark', 'light'] })

  await removed.getByRole('button', { name: 'Restore this cell' }).click()
  await expect(owner.page.getByText('The cell is restored.')).toBeVisible()
  await expect(mate.page.getByRole('article')).toHaveCount(3)
  await expect(cellAt(mate.page, 3)).toContainText('select 1')
  await expect(removed).toHaveCount(0)

  await enterCell(mate.page, 2)
  const words = Array.from({ length: 40 }, (_, i) => `w${i};`).join('')
  const typing = mate.page.keyboard.type(words, { delay: 12 })
  await mate.page.waitForTimeout(300)
  await history.getByRole('button', { name: 'Restore all' }).click()
  await expect(owner.page.getByText(/Restored “Sent to the board”/)).toBeVisible()
  await typing
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()

  await owner.page.keyboard.press('Escape')
  await expect.poll(() => textOf(owner.page, 2)).not.toContain('broken')
  await expect(async () => expect(await textOf(owner.page, 2)).toBe(await textOf(mate.page, 2))).toPass({ timeout: 15_000 })
  // What was typed before the press is in the version of that moment, what came after stands in the cell: not a letter less.
  const now = await owner.call<{ id: string }>('POST', `/notebooks/${notebook.id}/versions`, { name: 'After' })
  const versions = await owner.call<{ id: string; cause: string }[]>('GET', `/notebooks/${notebook.id}/versions`)
  const sourceIn = async (id?: string) => (await owner.call<{ text: { cells: { source: string }[] } }>('GET', `/versions/${id}`)).text.cells[1]?.source ?? ''
  const [then, kept] = [await sourceIn(versions.find(({ cause }) => cause === 'restore')?.id), await sourceIn(now.id)]
  const good = `${CELLS[1]?.source}\n# good`
  expect(kept.startsWith(good)).toBe(true)
  expect(then.slice(`${good}\nprint("broken")`.length) + kept.slice(good.length)).toBe(words)
  expect(kept.length).toBeGreaterThan(good.length)
})

test('a restore can be undone, who changed what is named, and a viewer sees it all without the buttons', async ({ owner, colleague }) => {
  const [mate, viewer] = [await colleague('editor'), await colleague('viewer')]
  const notebook = await makeNotebook(owner, 'Undone', CELLS)
  await owner.call('POST', `/notebooks/${notebook.id}/versions`, { name: 'First' })
  await openNotebook(mate.page, notebook)
  await typeInto(mate.page, 2, '\nprint("more")')
  await expect(mate.page.getByText('Saved', { exact: true })).toBeVisible()
  await mate.call('POST', `/notebooks/${notebook.id}/versions`, { name: 'Second' })

  await openNotebook(owner.page, notebook)
  await owner.page.keyboard.press('ControlOrMeta+k')
  await owner.page.getByPlaceholder('Find a command or a cell').fill('Version history')
  await owner.page.keyboard.press('Enter')
  const history = owner.page.getByRole('dialog', { name: 'Version history' })
  await history.getByRole('button', { name: /Second/ }).click()
  await expect(history.getByText('Nothing is different.')).toBeVisible()
  await history.getByRole('button', { name: 'With the version before' }).click()
  await expect(history.getByRole('region', { name: 'Cell 2, Python' })).toContainText(`by ${mate.name}`)
  await history.getByRole('button', { name: /First/ }).press('ArrowUp')
  await expect(history.getByRole('button', { name: /Second/ })).toBeFocused()

  await history.getByRole('button', { name: /First/ }).click()
  await history.getByRole('button', { name: 'With now' }).click()
  await history.getByRole('button', { name: 'Restore all' }).click()
  await expect.poll(() => textOf(mate.page, 2)).not.toContain('more')
  await owner.page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => textOf(mate.page, 2)).toContain('more')
  await expect(history).toBeVisible()

  await viewer.page.setViewportSize({ width: 390, height: 800 })
  await viewer.page.goto(notebook.path)
  await expect(cellAt(viewer.page, 2)).toContainText('more')
  await pickFromMenu(viewer.page, 'Version history')
  const seen = viewer.page.getByRole('dialog', { name: 'Version history' })
  await seen.getByRole('button', { name: /First/ }).click()
  await expect(seen.getByRole('region', { name: 'Cell 2, Python' })).toContainText('After: print("more")')
  await expect(seen.getByRole('button', { name: /Restore|^Name$|Rename/ })).toHaveCount(0)
  await seen.getByRole('button', { name: 'Versions' }).click()
  await expect(seen.getByRole('button', { name: /First/ })).toBeVisible()
})
