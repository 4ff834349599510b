/** What of a notebook runs when a person says more than "this cell", and the kernel's two old keys: I I and 0 0. */
import type { Page } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook, outputOf } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

/** Each run of the first cell counts on; the others tell the count they see. */
const openCounting = async (owner: Person, title: string): Promise<Page> => {
  const notebook = await makeNotebook(owner, title, [
    { kind: 'python', source: 'count = globals().get("count", 0) + 1\nprint("first", count * 10)' },
    { kind: 'python', source: 'print("second", count * 10)' },
    { kind: 'python', source: 'print("third", count * 10)' },
  ])
  await openNotebook(owner.page, notebook)
  return owner.page
}

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill(name)
  await expect(page.getByRole('option').first()).toContainText(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox')).toBeHidden()
}

const kernelIsReady = (page: Page) => expect(page.getByRole('button', { name: /Kernel: Ready/ })).toBeVisible({ timeout: 30_000 })

test('above, below and all run just the cells that they name, in their order', async ({ owner }) => {
  const page = await openCounting(owner, 'Scopes')
  await cellAt(page, 3).focus()
  await command(page, 'Run all above')
  await expect(outputOf(page, 1)).toContainText('first 10', { timeout: 30_000 })
  await expect(outputOf(page, 2)).toContainText('second 10')
  await kernelIsReady(page)
  await expect(outputOf(page, 3)).toHaveCount(0)

  await cellAt(page, 1).focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(outputOf(page, 1)).toContainText('first 20')
  await cellAt(page, 2).focus()
  await command(page, 'Run this cell and all below')
  await expect(outputOf(page, 2)).toContainText('second 20')
  await expect(outputOf(page, 3)).toContainText('third 20')
  await kernelIsReady(page)
  await expect(outputOf(page, 1)).toContainText('first 20')

  await command(page, 'Run all cells')
  for (const [number, text] of [[1, 'first 30'], [2, 'second 30'], [3, 'third 30']] as const) await expect(outputOf(page, number)).toContainText(text)
})

test('what is pressed quickly reaches the server in the order of the presses, be the first request the slowest', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Quick presses', [
    { kind: 'python', source: 'steps = [1]\nprint(steps)' },
    { kind: 'python', source: 'steps.append(2)\nprint(steps)' },
    { kind: 'python', source: 'import time\nsteps.append(3)\nprint(steps, flush=True)\ntime.sleep(300)' },
  ])
  await openNotebook(page, notebook)
  let asked = 0
  await page.route('**/api/v1/notebooks/*/runs', async (route) => {
    // A busy network: the first is on its way for the longest.
    if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, Math.max(0, 900 - 300 * asked++)))
    await route.continue()
  })
  await cellAt(page, 1).focus()
  for (const key of ['Shift+Enter', 'Shift+Enter', 'ControlOrMeta+Enter', 'i', 'i']) await page.keyboard.press(key)
  // The Interrupt came after all three: what it found waiting or running it ended.
  await expect(cellAt(page, 3)).toContainText(/(Interrupted|Not run|Cancelled).* by Harbour Owner/, { timeout: 30_000 })
  await kernelIsReady(page)

  for (const number of [1, 2]) {
    await cellAt(page, number).focus()
    await page.keyboard.press('ControlOrMeta+Enter')
  }
  await expect(outputOf(page, 1)).toContainText('[1]', { timeout: 30_000 })
  await expect(outputOf(page, 2)).toContainText('[1, 2]')
})

test('I I stops what runs, 0 0 takes the variables away, and restart and run all begins from nothing', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Old keys', [
    { kind: 'python', source: 'count = globals().get("count", 0) + 1\nprint("first", count * 10)' },
    { kind: 'python', source: 'import time\nfor step in range(1000):\n    print("step", step * 10, flush=True)\n    time.sleep(0.2)' },
    { kind: 'python', source: 'print("third", count * 10)' },
  ])
  const { page } = owner
  await openNotebook(page, notebook)
  await mate.page.goto(notebook.path)
  await cellAt(page, 1).focus()
  await page.keyboard.press('Shift+Enter')
  await expect(outputOf(page, 1)).toContainText('first 10', { timeout: 30_000 })
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(outputOf(mate.page, 2)).toContainText('step 10')
  await page.keyboard.press('i')
  await page.keyboard.press('i')
  for (const one of [page, mate.page]) await expect(cellAt(one, 2)).toContainText(/Interrupted after .* by Harbour Owner/)
  await kernelIsReady(page)

  await page.keyboard.press('0')
  await page.keyboard.press('0')
  const news = (one: Page) => one.getByRole('region', { name: 'Notifications' })
  await expect(news(page)).toContainText('Restarting the kernel…')
  // That it is done is told to both when it is.
  for (const one of [page, mate.page]) await expect(news(one)).toContainText('The kernel was restarted: its variables are gone.')
  await expect(page.getByRole('button', { name: /Kernel: Stopped/ })).toBeVisible()
  await cellAt(page, 3).focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(outputOf(page, 3)).toContainText(/NameError.*count/, { timeout: 30_000 })

  await cellAt(page, 1).focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(outputOf(page, 1)).toContainText('first 20', { timeout: 30_000 })
  await command(page, 'Restart the kernel and run all cells')
  await expect(outputOf(page, 1)).toContainText('first 10', { timeout: 30_000 })
  await expect(outputOf(page, 2)).toContainText('step 30')
  await page.getByRole('button', { name: /^Interrupt/ }).click()
  await expect(cellAt(page, 3)).toContainText(/Not run: cancelled by Harbour Owner/)
})
