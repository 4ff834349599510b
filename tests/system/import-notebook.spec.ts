/** Notebooks come from files: of Jupyter, by the button; of our own, dropped on the page; and what is none is told by name. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { cellAt, makeNotebook, pickFromMenu } from './notebook-page.ts'
import { expect, test } from './people.ts'

const JUPYTER = {
  nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
  cells: [
    { cell_type: 'markdown', id: 'a', metadata: {}, source: ['# Ships of the year\n'] },
    { cell_type: 'code', id: 'b', metadata: {}, execution_count: 1, outputs: [{ output_type: 'stream', name: 'stdout', text: ['42\n'] }], source: ['print(6 * 7)'] },
    { cell_type: 'code', id: 'c', metadata: {}, execution_count: null, outputs: [], source: ['%%sql\n', 'select 1'] },
  ],
}
const fileOf = (name: string, text: string) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })

/** Opened, and heard: what is dragged over a page before its scripts have come is nobody's. */
async function openHome(page: Page, path: string): Promise<void> {
  await page.goto(path)
  const dataTransfer = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['x'], 'x.ipynb'))
    return data
  })
  const sign = page.getByText('Drop notebooks to import them')
  await expect(async () => {
    await page.dispatchEvent('body', 'dragover', { dataTransfer })
    await expect(sign).toBeVisible({ timeout: 500 })
  }).toPass()
  await page.dispatchEvent('body', 'dragleave', { dataTransfer })
  await expect(sign).toBeHidden()
}

test('a Jupyter notebook is imported and opened; its outputs are said to stay behind', async ({ owner: { page } }) => {
  await openHome(page, '/harbour?folder=reports')
  await page.getByLabel('Notebooks to import').setInputFiles(fileOf('Ships.ipynb', JSON.stringify(JUPYTER)))
  await expect(page).toHaveURL(/\/harbour\/n\//)
  await expect(page.getByText('“Ships” is here. What its cells showed is not brought along: run them to see it.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Ships of the year' })).toBeVisible()
  await expect(cellAt(page, 2)).toContainText('print(6 * 7)')
  await expect(cellAt(page, 3)).toContainText('select 1')
  await expect(cellAt(page, 3)).not.toContainText('%%sql')
  await page.goto('/harbour?folder=reports')
  await expect(page.getByRole('list', { name: 'Notebooks' }).getByRole('listitem').filter({ hasText: 'Ships' })).toBeVisible()
})

test('several are dropped at once: those that are notebooks are made, the others told by name', async ({ owner: { page } }) => {
  await openHome(page, '/harbour')
  const files = [{ name: 'Loaded.py', text: '# %% [markdown]\n# # Load\n\n# %%\nx = 1\n' }, { name: 'Second.ipynb', text: JSON.stringify(JUPYTER) }, { name: 'broken.ipynb', text: '{' }, { name: 'sales.csv', text: 'a,b' }]
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer()
    for (const { name, text } of list) data.items.add(new File([text], name))
    return data
  }, files)
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer })
  await expect(page.getByText('Drop notebooks to import them')).toBeVisible()
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  await expect(page.getByText('“broken.ipynb” is not a Jupyter notebook.')).toBeVisible()
  await expect(page.getByText('“sales.csv” is no notebook')).toBeVisible()
  const rows = page.getByRole('list', { name: 'Notebooks' }).getByRole('listitem')
  await expect(rows.filter({ hasText: 'Loaded' })).toBeVisible()
  await expect(rows.filter({ hasText: 'Second' })).toBeVisible()
})

test('what was downloaded comes back with its input', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'There and back', [{ kind: 'input', source: '{"name":"day","type":"text"}' }, { kind: 'python', source: 'day' }])
  await page.goto(notebook.path)
  await page.getByRole('textbox', { name: 'day' }).fill('monday')
  await page.getByRole('textbox', { name: 'day' }).blur()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await pickFromMenu(page, 'Download…')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog', { name: 'Download' }).getByRole('button', { name: /Jupyter notebook/ }).click()])
  await openHome(page, '/harbour')
  await page.getByLabel('Notebooks to import').setInputFiles(fileOf('Back.ipynb', readFileSync(await download.path(), 'utf8')))
  await expect(page).toHaveURL(/\/harbour\/n\//)
  expect(page.url()).not.toContain(notebook.id)
  await expect(page.getByRole('textbox', { name: 'day' })).toHaveValue('monday')
})

test('who may not make notebooks is not asked for files', async ({ colleague }) => {
  const { page } = await colleague('viewer')
  await page.goto('/harbour')
  await expect(page.getByRole('list', { name: 'Notebooks' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Import' })).toHaveCount(0)
})
