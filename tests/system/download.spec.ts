/** A notebook leaves as a file: by the menu, by the palette, by a guest of a link; with its outputs, and with comments for members only. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { ipynbComplaints } from '../support/check-ipynb.ts'
import { expectNoAxeFaults } from './axe.ts'
import { makeNotebook, openNotebook, outputOf, pickFromMenu, runCell, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

interface Parsed { cells: { source: string[]; outputs?: { text?: string[] }[]; metadata: { dataharbour: { comments?: { comments: { author: string; body: string }[] }[] } } }[] }

async function choose(page: Page, name: RegExp): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog', { name: 'Download' }).getByRole('button', { name }).click()])
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') }
}

test('a notebook is downloaded as a Jupyter notebook with its output and comments, as Python and as Markdown; a guest gets it without comments', async ({ owner, colleague, stranger }) => {
  const mate = await colleague('commenter')
  const notebook = await makeNotebook(owner, 'Ships/.. & "more"', [{ kind: 'markdown', source: '# Ships' }, { kind: 'python', source: 'print("for all", 6 * 7)' }, { kind: 'sql', source: 'select 1' }])
  await mate.call('POST', `/notebooks/${notebook.id}/threads`, { cellId: 'cell-1', anchor: { kind: 'cell' }, body: 'Why seven?' })
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 2)
  await expect(outputOf(owner.page, 2)).toContainText('for all 42', { timeout: 30_000 })

  // What was typed a moment ago is in the file.
  await typeInto(owner.page, 2, ' # now')
  await pickFromMenu(owner.page, 'Download…')
  await expectNoAxeFaults(owner.page, { within: '[role="dialog"]', themes: ['dark', 'light'] })
  const file = await choose(owner.page, /Jupyter notebook/)
  expect([file.name, ipynbComplaints(file.text)]).toEqual(['Ships .. more.ipynb', []])
  const { cells } = JSON.parse(file.text) as Parsed
  expect(cells.map(({ source }) => source.join(''))).toEqual(['# Ships', 'print("for all", 6 * 7) # now', '%%sql\nselect 1'])
  expect(cells[1]?.outputs?.[0]?.text).toEqual(['for all 42\n'])
  expect(cells[1]?.metadata.dataharbour.comments?.[0]?.comments[0]).toMatchObject({ author: mate.name, body: 'Why seven?' })
  await expect(owner.page.getByRole('dialog', { name: 'Download' })).toHaveCount(0)

  await mate.page.setViewportSize({ width: 390, height: 800 })
  await mate.page.goto(notebook.path)
  await expect(mate.page.getByText('You can comment', { exact: true })).toBeVisible()
  await mate.page.keyboard.press('ControlOrMeta+k')
  await mate.page.getByPlaceholder('Find a command or a cell').fill('download')
  await mate.page.keyboard.press('Enter')
  expect(await choose(mate.page, /Python text/)).toEqual({ name: 'Ships .. more.py', text: '# %% [markdown]\n# # Ships\n\n# %%\nprint("for all", 6 * 7) # now\n\n# %% [sql]\n# select 1\n' })

  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const share = await owner.call<{ path: string }>('POST', `/workspaces/${workspaces.find(({ slug }) => slug === 'harbour')?.id}/shares`, { kind: 'notebook', notebookId: notebook.id })
  const guest = await stranger()
  await guest.goto(share.path)
  await expect(outputOf(guest, 2)).toContainText('for all 42')
  await expect(guest.getByText('View only')).toBeVisible()
  const openAsGuest = async () => {
    await pickFromMenu(guest, 'Download…')
  }
  await openAsGuest()
  expect((await choose(guest, /Markdown/)).text).toContain('```text\nfor all 42\n```')
  await openAsGuest()
  expect((await choose(guest, /Jupyter notebook/)).text).not.toContain('Why seven?')
})
