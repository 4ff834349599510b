/** What a person does on a notebook page, in the words of the page. */
import type { Locator, Page } from '@playwright/test'
import { expect, type Person } from './people.ts'

export interface MadeNotebook {
  id: string
  path: string
}

type NewCell = { kind: 'python' | 'sql' | 'markdown' | 'input' | 'chart'; source: string; rowLimit?: number | null }

/** A notebook of the owner's workspace, made through the API, with cells `cell-0`, `cell-1`, … */
export async function makeNotebook(owner: Person, title: string, cells: NewCell[]): Promise<MadeNotebook> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const harbour = workspaces.find((workspace) => workspace.slug === 'harbour')
  const made = await owner.call<{ id: string }>('POST', `/workspaces/${harbour?.id}/notebooks`, {
    title, cells: cells.map((cell, i) => ({ ...cell, id: `cell-${i}` })),
  })
  return { id: made.id, path: `/harbour/n/${made.id}` }
}

export async function openNotebook(page: Page, notebook: { path: string }): Promise<void> {
  await page.goto(notebook.path)
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
}

/** The nth cell, counted from 1 as on the page. */
export const cellAt = (page: Page, number: number): Locator => page.getByRole('article').nth(number - 1)

/** What the nth cell put out. Awaited text is awaited here where the cell's own source holds it too. */
export const outputOf = (page: Page, number: number): Locator => cellAt(page, number).getByRole('group', { name: /^Output of/ })

/** Puts the text cursor at the end of the cell's text. */
export async function enterCell(page: Page, number: number): Promise<void> {
  const cell = cellAt(page, number)
  await cell.locator('.monaco-editor .view-lines').first().click()
  await page.keyboard.press('ControlOrMeta+End')
}

export async function typeInto(page: Page, number: number, text: string): Promise<void> {
  await enterCell(page, number)
  await page.keyboard.type(text, { delay: 5 })
}

/** The text of a cell's editor as the page shows it. */
export async function textOf(page: Page, number: number): Promise<string> {
  const lines = await cellAt(page, number).locator('.view-lines').first().innerText()
  return lines.replaceAll('\u00a0', ' ')
}

export async function runCell(page: Page, number: number): Promise<void> {
  await enterCell(page, number)
  await page.keyboard.press('ControlOrMeta+Enter')
}

/** Presses until it has an effect: a page painted by the server may be seen a moment before its buttons work. */
export async function pressFor(button: Locator, effect: Locator): Promise<void> {
  await expect(async () => {
    if (!(await effect.isVisible())) await button.click({ timeout: 2000 })
    await expect(effect).toBeVisible({ timeout: 2000 })
  }).toPass({ timeout: 30_000 })
}

/** A command of the notebook's own menu, also on a page that is waking up. */
export async function pickFromMenu(page: Page, command: string): Promise<void> {
  const item = page.getByRole('menuitem', { name: command })
  await pressFor(page.getByRole('button', { name: 'More for this notebook' }), item)
  await item.click()
}
