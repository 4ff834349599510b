/** The badge tells the truth: each of its words, made true by a real fault, and what it offers when edits cannot be saved. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import postgres from 'postgres'
import type { Product } from '../support/start-product.ts'
import { enterCell, makeNotebook, openNotebook, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'
import { replaceHistory } from './replace-history.ts'

const badge = (page: Page, text: string | RegExp) => page.locator('header').getByText(text)
const database = (product: Product) => postgres(product.env.DATABASE_URL ?? '', { max: 1, onnotice: () => {} })

test('Saving while Postgres has not committed, Saved when it has', async ({ owner, product }) => {
  const notebook = await makeNotebook(owner, 'Badge', [{ kind: 'python', source: '' }])
  await openNotebook(owner.page, notebook)
  await enterCell(owner.page, 1)
  const sql = database(product)
  await sql.begin(async (held) => {
    // Reads go on, writes wait.
    await held`lock table document_updates in exclusive mode`
    await owner.page.keyboard.type('held up')
    await expect(badge(owner.page, 'Saving…')).toBeVisible()
    await owner.page.waitForTimeout(1500)
    await expect(badge(owner.page, 'Saving…')).toBeVisible()
    await expect(badge(owner.page, /^Saved$/)).toHaveCount(0)
    expect(await held`select 1 from document_updates where notebook_id = ${notebook.id}`).toHaveLength(0)
  })
  await expect(badge(owner.page, /^Saved$/)).toBeVisible()
  expect((await sql`select 1 from document_updates where notebook_id = ${notebook.id}`).length).toBeGreaterThan(0)
  await sql.end()
})

test('Reconnecting and Offline with the number of edits kept here, Saved after the return', async ({ owner, product }) => {
  const notebook = await makeNotebook(owner, 'Badge at sea', [{ kind: 'python', source: '' }])
  await openNotebook(owner.page, notebook)
  await enterCell(owner.page, 1)
  product.web.kill('SIGKILL')
  await expect(badge(owner.page, 'Reconnecting…')).toBeVisible()
  await owner.page.keyboard.type('a')
  await expect(badge(owner.page, 'Reconnecting: 1 edit kept here')).toBeVisible()
  await owner.page.context().setOffline(true)
  await owner.page.keyboard.type('b')
  await expect(badge(owner.page, 'Offline: 2 edits kept here')).toBeVisible()
  await product.restartWeb()
  await owner.page.context().setOffline(false)
  await expect(badge(owner.page, /^Saved$/)).toBeVisible({ timeout: 20_000 })
  expect(await textOf(owner.page, 1)).toBe('ab')
})

test('F14: another history under an offline page is never merged and never silent: download, copy, reload, put back', async ({ owner, colleague, product }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Two histories', [{ kind: 'python', source: 'x = 1' }, { kind: 'markdown', source: '# Kept' }])
  await openNotebook(owner.page, notebook)
  await enterCell(owner.page, 1)
  await replaceHistory(product, notebook, async () => {
    await expect(badge(owner.page, 'Reconnecting…')).toBeVisible()
    await owner.page.keyboard.type(' # written at sea')
  })

  const alert = owner.page.getByRole('alert').filter({ hasText: 'of yours' })
  await expect(alert).toContainText('This notebook was replaced by another version', { timeout: 20_000 })
  await expect(alert).toContainText('of yours are not saved, but kept in this browser')
  await expect(badge(owner.page, 'Not saved')).toBeVisible()
  const [download] = await Promise.all([owner.page.waitForEvent('download'), owner.page.getByRole('button', { name: 'Download what is here' }).click()])
  expect(download.suggestedFilename()).toBe('Two histories.py')
  expect(readFileSync(await download.path(), 'utf8')).toBe('# %%\nx = 1 # written at sea\n\n# %% [markdown]\n# # Kept\n')
  await owner.page.getByRole('button', { name: 'Copy my changes' }).click()
  await expect.poll(() => owner.page.evaluate(() => navigator.clipboard.readText())).toBe('# %%\nx = 1 # written at sea\n')

  await openNotebook(mate.page, notebook)
  await owner.page.getByRole('button', { name: 'Reload' }).click()
  await expect(badge(owner.page, /^Saved$/)).toBeVisible()
  expect(await textOf(owner.page, 1)).toBe('x = 1')
  await owner.page.getByRole('button', { name: 'Put back at the end' }).click()
  await expect.poll(() => textOf(mate.page, 3)).toBe('x = 1 # written at sea')
  await owner.page.reload()
  await expect(badge(owner.page, /^Saved$/)).toBeVisible()
  await expect(owner.page.getByRole('button', { name: 'Put back at the end' })).toHaveCount(0)
})

test('B3: a change too large to save says its limit and keeps the words for a file, and nobody is locked out by it', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Too large', [{ kind: 'python', source: 'x' }])
  await openNotebook(owner.page, notebook)
  await enterCell(owner.page, 1)
  await owner.page.evaluate(() => navigator.clipboard.writeText('y'.repeat(8 * 1024 * 1024)))
  await owner.page.keyboard.press('ControlOrMeta+v')
  const alert = owner.page.getByRole('alert').filter({ hasText: 'at most 7 MB at once' })
  await expect(alert).toBeVisible({ timeout: 30_000 })
  const [download] = await Promise.all([owner.page.waitForEvent('download'), owner.page.getByRole('button', { name: 'Download what is here' }).click()])
  expect(readFileSync(await download.path(), 'utf8').length).toBeGreaterThan(8 * 1024 * 1024)

  // The next visit finds the same in this browser's copy. What has no room in the tab goes only after a question.
  await owner.page.reload()
  await expect(alert).toBeVisible({ timeout: 30_000 })
  await owner.page.getByRole('button', { name: 'Reload', exact: true }).click()
  const question = owner.page.getByRole('dialog', { name: 'Reload without your changes in 1 cell?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(alert).toBeVisible()
  await owner.page.getByRole('button', { name: 'Reload', exact: true }).click()
  await question.getByRole('button', { name: 'Reload without it' }).click()
  await expect(badge(owner.page, /^Saved$/)).toBeVisible({ timeout: 30_000 })
  expect(await textOf(owner.page, 1)).toBe('x')
  await enterCell(owner.page, 1)
  await owner.page.keyboard.type(' = 1')
  await expect(badge(owner.page, /^Saved$/)).toBeVisible()
  await owner.page.reload()
  await expect(badge(owner.page, /^Saved$/)).toBeVisible()
  await expect(alert).toHaveCount(0)
  expect(await textOf(owner.page, 1)).toBe('x = 1')
})

test('a notebook of many megabytes opens again in a browser that keeps a copy of it', async ({ owner }) => {
  const { page } = owner
  // Texts that nobody sees drawn: far below.
  const long = Array.from({ length: 6000 }, (_, line) => `# ${line} ${'x'.repeat(140)}`).join('\n')
  const notebook = await makeNotebook(owner, 'Heavy', [{ kind: 'python', source: 'first = 1' }, ...Array.from({ length: 10 }, () => ({ kind: 'python' as const, source: long }))])
  await openNotebook(page, notebook)
  await expect(badge(page, /^Saved$/)).toBeVisible({ timeout: 30_000 })
  await enterCell(page, 1)
  await page.keyboard.type('0')
  await expect(badge(page, /^Saved$/)).toBeVisible({ timeout: 30_000 })
  await page.reload()
  await expect(badge(page, /^Saved$/)).toBeVisible({ timeout: 30_000 })
  await enterCell(page, 1)
  await page.keyboard.type('0')
  await expect(badge(page, /^Saved$/)).toBeVisible({ timeout: 30_000 })
  expect(await textOf(page, 1)).toBe('first = 100')
})
