/** The walk of a kernel: what could stand at the cursor, what it holds, what it installed, and how it dies. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { makeWheel } from '../support/make-wheel.ts'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, outputOf, runCell, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

const suggestions = (page: Page) => page.locator('#editor-overflow .suggest-widget.visible')
const offered = (page: Page, name: string) => suggestions(page).locator('.monaco-list-row').filter({ hasText: name }).first()
const hints = (page: Page) => page.locator('#editor-overflow .parameter-hints-widget.visible')
/** Output is there before its run has ended, and a kernel at work is not asked. */
const isAtRest = (page: Page) => expect(page.getByRole('button', { name: /Kernel: Ready/ })).toBeVisible()
const panel = (page: Page) => page.getByRole('complementary', { name: 'Variables and packages' })
const variables = (page: Page) => panel(page).getByRole('list', { name: 'Variables of the kernel' })

/** A kernel that does not answer within a second says nothing: asking again is what people do. */
async function askFor(seen: Locator, ask: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await ask()
    await expect(seen).toBeVisible({ timeout: 3000 })
  }).toPass({ timeout: 30_000 })
}

/** In place of what stands in the line. */
async function typeLine(page: Page, text: string): Promise<void> {
  await page.keyboard.press('End')
  await page.keyboard.press('Shift+Home')
  await page.keyboard.type(text, { delay: 20 })
}

async function openPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Variables and packages' }).first().click()
  await expect(panel(page)).toBeVisible()
}

test('Python is completed from the living objects: Tab takes, Enter does not, and no question is asked in a text', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Completion', [
    { kind: 'python', source: 'import pandas as pd\nframe = pd.DataFrame({"tide_level": [1, 2]})\ndef sail(knots, *, jib=True):\n    "Goes out to sea."\nprint("made")' },
    { kind: 'python', source: '' },
  ])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('made', { timeout: 30_000 })
  await isAtRest(page)

  await enterCell(page, 2)
  await askFor(offered(page, 'tide_level'), () => typeLine(page, 'frame.tide'))
  await page.keyboard.press('Tab')
  await expect(async () => expect(await textOf(page, 2)).toBe('frame.tide_level')).toPass()

  await page.keyboard.press('Enter')
  await askFor(offered(page, 'tide_level'), () => typeLine(page, 'frame.tide'))
  await page.keyboard.press('Enter')
  await expect(async () => expect((await textOf(page, 2)).split('\n').slice(0, 2)).toEqual(['frame.tide_level', 'frame.tide'])).toPass()

  await askFor(hints(page), () => typeLine(page, 'sail('))
  await expect(hints(page)).toContainText('sail(knots, *, jib=True)')
  await expect(hints(page)).toContainText('Goes out to sea.')
  await expect(hints(page).locator('.parameter.active')).toHaveText('knots')
  await page.keyboard.type('1, jib=', { delay: 20 })
  await expect(hints(page).locator('.parameter.active')).toHaveText('jib=True')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('Enter')

  const asked: string[] = []
  page.on('request', (request) => request.url().endsWith('/complete') && asked.push(request.postData() ?? ''))
  await page.keyboard.type('# frame.tide harb', { delay: 20 })
  await page.keyboard.press('Enter')
  await page.keyboard.type("'frame.tide harb", { delay: 20 })
  await page.waitForTimeout(300)
  expect(asked).toEqual([])
  await expect(suggestions(page)).toHaveCount(0)
})

test('Shift+Tab tells what a name is, and moves a line back at its beginning', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Help', [{ kind: 'python', source: 'def sail(knots, *, jib=True):\n    "Goes out to sea."\nprint("made")' }, { kind: 'python', source: 'sail' }])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('made', { timeout: 30_000 })
  await isAtRest(page)
  await enterCell(page, 2)
  await askFor(page.locator('#editor-overflow .monaco-hover').filter({ hasText: 'Goes out to sea.' }), () => page.keyboard.press('Shift+Tab'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('    ')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.type('x')
  await expect(async () => expect(await textOf(page, 2)).toBe('sail\nx')).toPass()
})

test('SQL is completed from the catalog: a view made in Python, and its columns by alias', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'SQL names', [
    { kind: 'python', source: 'spark.range(3).withColumnRenamed("id", "knots").createOrReplaceTempView("fast_boats"); print("made")' },
    { kind: 'sql', source: '' },
  ])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('made', { timeout: 60_000 })
  await isAtRest(page)
  await enterCell(page, 2)
  // The catalog is read in the kernel's own time: until it is there, typing on asks again.
  await expect(async () => {
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('select * from fast', { delay: 30 })
    await expect(offered(page, 'fast_boats')).toBeVisible({ timeout: 1500 })
  }).toPass({ timeout: 30_000 })
  await page.keyboard.press('Tab')
  await page.keyboard.type(' b where b.', { delay: 30 })
  await expect(offered(page, 'knots')).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(async () => expect(await textOf(page, 2)).toBe('select * from fast_boats b where b.knots')).toPass()
})

test('two people see the variables of one kernel, each what they may, after each run', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Variables', [{ kind: 'python', source: 'tide = "high"\nnumbers = list(range(1000))' }, { kind: 'python', source: 'del numbers\nlater = 5' }])
  for (const { page } of [owner, mate]) await page.setViewportSize({ width: 1440, height: 900 })
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await openPanel(owner.page)
  await openPanel(mate.page)
  await expect(panel(mate.page)).toContainText('has not been started')
  await runCell(owner.page, 1)
  for (const { page } of [owner, mate]) {
    await expect(variables(page)).toContainText('tide', { timeout: 30_000 })
    await expect(variables(page)).toContainText('1,000')
  }
  await expect(variables(owner.page)).toContainText("'high'")
  await expect(variables(mate.page)).not.toContainText("'high'")
  await runCell(owner.page, 2)
  for (const { page } of [owner, mate]) {
    await expect(variables(page)).toContainText('later')
    await expect(variables(page)).not.toContainText('numbers')
  }
  await panel(owner.page).getByRole('searchbox').fill('lat')
  await expect(variables(owner.page).getByRole('listitem')).toHaveCount(1)
  await expect(owner.page.getByRole('button', { name: /Kernel: Ready \d+ MB/ })).toBeVisible({ timeout: 15_000 })
  await expectNoAxeFaults(owner.page, { within: 'aside' })
  await owner.page.getByRole('searchbox').press('Escape')
  await expect(panel(owner.page)).toHaveCount(0)
})

test('a package is installed by a cell, listed, and removed', async ({ owner }) => {
  const { page } = owner
  await page.setViewportSize({ width: 1440, height: 900 })
  const wheel = makeWheel(mkdtempSync(join(tmpdir(), 'dh-wheel-')), 'tiny_boat')
  const notebook = await makeNotebook(owner, 'Packages', [{ kind: 'python', source: `%pip install ${wheel}` }, { kind: 'python', source: 'import tiny_boat; print(tiny_boat.greet())' }])
  await openNotebook(page, notebook)
  await openPanel(page)
  const packages = panel(page).getByRole('region', { name: 'Packages' })
  await expect(packages).toContainText('%pip install')
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('Successfully installed tiny-boat-1.0', { timeout: 30_000 })
  await expect(packages).toContainText('tiny-boat')
  await runCell(page, 2)
  await expect(outputOf(page, 2)).toContainText('ahoy from tiny_boat 1.0')
  await packages.getByRole('button', { name: 'Remove tiny-boat' }).click()
  await expect(packages).not.toContainText('tiny-boat')
})

test('F6: a kernel that runs out of memory says how much it took, to everybody, and one press brings the notebook back', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Memory', [
    { kind: 'python', source: 'base = 40\nprint("base is", base)' },
    { kind: 'python', source: 'hoard = []\nwhile True: hoard.append(b"x" * 8_000_000)' },
  ])
  await openNotebook(page, notebook)
  await mate.page.goto(notebook.path)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('base is 40', { timeout: 30_000 })
  await runCell(page, 2)
  for (const one of [page, mate.page]) await expect(cellAt(one, 2)).toContainText(/ran out of memory: peak [\d.]+ [MG]B of 1\.50 GB/, { timeout: 20_000 })
  await expect(mate.page.getByRole('region', { name: 'Notifications' }).getByText(/variables are gone/)).toBeVisible()
  await expect(cellAt(mate.page, 2).getByRole('button', { name: 'Restart and run above' })).toHaveCount(0)
  await cellAt(page, 2).getByRole('button', { name: 'Restart and run above' }).click()
  await expect(page.getByRole('button', { name: /Kernel: Ready/ })).toBeVisible({ timeout: 20_000 })
  await expect(cellAt(page, 2).getByRole('button', { name: 'Restart and run above' })).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+K')
  await page.getByPlaceholder('Find a command or a cell').fill('restart the kernel and run')
  await expect(page.getByRole('option', { name: /Restart the kernel and run all cells/ })).toBeVisible()
  await page.keyboard.press('Escape')
})

test('B9: a cell that does not heed Interrupt loses its kernel, everybody is told, and one press brings the notebook back', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Deaf', [
    { kind: 'python', source: 'base = 40\nprint("base is", base)' },
    { kind: 'python', source: 'import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint("deaf", flush=True)\ntime.sleep(600)' },
  ])
  await openNotebook(page, notebook)
  await mate.page.goto(notebook.path)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('base is 40', { timeout: 30_000 })
  await runCell(page, 2)
  await expect(outputOf(page, 2)).toContainText('deaf')
  await page.getByRole('button', { name: /^Interrupt/ }).click()
  for (const one of [page, mate.page]) await expect(cellAt(one, 2)).toContainText('A cell did not stop within 5 seconds', { timeout: 20_000 })
  await expect(mate.page.getByRole('region', { name: 'Notifications' }).getByText(/variables are gone/)).toBeVisible()
  await expect(page.getByRole('button', { name: /Kernel: Died/ })).toBeVisible()
  await cellAt(page, 2).getByRole('button', { name: 'Restart and run above' }).click()
  await expect(page.getByRole('button', { name: /Kernel: Ready/ })).toBeVisible({ timeout: 20_000 })
})
