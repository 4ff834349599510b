/** Hands on the keyboard: Jupyter's two modes, and nothing that traps, jumps or is lost. */
import type { Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, enterCell, makeNotebook, openNotebook, outputOf, textOf, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

const place = (page: Page) => page.getByText(/^(Command|Edit) mode, cell/)
const cells = (page: Page) => page.getByRole('article')

test('a whole notebook is written without the mouse', async ({ owner: { page, ...owner } }) => {
  const notebook = await makeNotebook({ page, ...owner }, 'By keyboard', [{ kind: 'python', source: 'x = 1' }])
  await openNotebook(page, notebook)
  await cellAt(page, 1).focus()
  await expect(place(page)).toHaveText('Command mode, cell 1 of 1, Python')

  await page.keyboard.press('Enter')
  await expect(place(page)).toHaveText('Edit mode, cell 1 of 1, Python')
  await page.keyboard.press('Escape')
  await expect(place(page)).toHaveText('Command mode, cell 1 of 1, Python')
  await expect(cellAt(page, 1)).toBeFocused()

  await page.keyboard.press('b')
  await expect(place(page)).toHaveText('Command mode, cell 2 of 2, Python')
  await page.keyboard.press('q')
  await expect(place(page)).toHaveText('Command mode, cell 2 of 2, SQL')
  await page.keyboard.press('a')
  await page.keyboard.press('m')
  await expect(place(page)).toHaveText('Command mode, cell 2 of 3, Text')
  await page.keyboard.press('Enter')
  await expect(cellAt(page, 2).locator('.monaco-editor')).toBeVisible()
  await page.keyboard.type('## Written *here*')
  await page.keyboard.press('Shift+Enter')
  await expect(cellAt(page, 2).getByRole('heading', { name: 'Written here' })).toBeVisible()
  await expect(place(page)).toHaveText('Command mode, cell 3 of 3, SQL')

  await page.keyboard.press('k')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(cellAt(page, 1).getByRole('heading', { name: 'Written here' })).toBeVisible()
  await page.keyboard.press('c')
  await page.keyboard.press('v')
  await expect(cells(page)).toHaveCount(4)
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(cells(page)).toHaveCount(3)
  await page.keyboard.press('z')
  await expect(cells(page)).toHaveCount(4)

  // Headings by number: of a text cell the level changes, of code it becomes text.
  const heading = (number: number, level: number) => cellAt(page, number).getByRole('heading', { level })
  await page.keyboard.press('ControlOrMeta+ArrowUp')
  await page.keyboard.press('3')
  await expect(heading(1, 3)).toHaveText('Written here')
  await page.keyboard.press('1')
  await expect(heading(1, 1)).toHaveText('Written here')
  await page.keyboard.press('ControlOrMeta+ArrowDown')
  await page.keyboard.press('b')
  await page.keyboard.press('2')
  await expect(place(page)).toHaveText('Command mode, cell 5 of 5, Text')
  await page.keyboard.press('Enter')
  await expect.poll(() => textOf(page, 5)).toMatch(/^## ?$/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(cells(page)).toHaveCount(4)

  await page.keyboard.press('h')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(help).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('first cell')
  await expect(page.getByRole('option').first()).toContainText(/first cell/i)
  await page.keyboard.press('Enter')
  await expect(place(page)).toHaveText('Command mode, cell 1 of 4, Text')

  // Run and stay, run and go on, run and add one below: Jupyter's three.
  await page.keyboard.press('b')
  await page.keyboard.press('Enter')
  await page.keyboard.type('print("ran " + "once")')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(outputOf(page, 2)).toContainText('ran once', { timeout: 30_000 })
  await expect(place(page)).toHaveText('Edit mode, cell 2 of 5, Python')
  await page.keyboard.press('Alt+Enter')
  await expect(place(page)).toHaveText('Edit mode, cell 3 of 6, Python')
  await page.keyboard.type('print("ran " + "next")')
  await page.keyboard.press('Shift+Enter')
  await expect(outputOf(page, 3)).toContainText('ran next', { timeout: 30_000 })
  await expect(place(page)).toHaveText(/^Command mode, cell 4 of 6/)
  await expect(cellAt(page, 2)).toContainText('[2]')
})

test('Escape leaves the editor, and Tab walks on from there', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'No trap', [{ kind: 'python', source: 'one = 1' }, { kind: 'python', source: 'two = 2' }])
  await openNotebook(page, notebook)
  await enterCell(page, 1)
  await page.keyboard.press('Tab')
  await expect.poll(() => textOf(page, 1)).toMatch(/^one = 1\s+$/)
  await page.keyboard.press('Escape')
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press('Tab')
    if (await cellAt(page, 2).evaluate((cell) => cell === document.activeElement)) return
  }
  throw new Error('twenty presses of Tab did not reach the next cell')
})

test('undo takes back what I typed and nothing of what others typed', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Undo', [{ kind: 'python', source: 'base' }])
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await typeInto(owner.page, 1, ' mine')
  await expect.poll(() => textOf(mate.page, 1)).toBe('base mine')
  await typeInto(mate.page, 1, ' theirs')
  await expect.poll(() => textOf(owner.page, 1)).toBe('base mine theirs')
  await owner.page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => textOf(owner.page, 1)).toBe('base theirs')
  await owner.page.keyboard.press('ControlOrMeta+Shift+z')
  await expect.poll(() => textOf(mate.page, 1)).toBe('base mine theirs')
})

test('a deleted cell comes back with its output, and one that is cut takes it along to where it is pasted', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Deleted', [{ kind: 'python', source: 'print(6 * 7)' }, { kind: 'python', source: '1' }])
  await openNotebook(page, notebook)
  await cellAt(page, 1).getByRole('button', { name: 'Run cell' }).click()
  await expect(outputOf(page, 1)).toContainText('42', { timeout: 30_000 })
  await page.keyboard.press('Escape')
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(cells(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(outputOf(page, 1)).toContainText('42')

  await page.keyboard.press('x')
  await expect(cells(page)).toHaveCount(1)
  await page.keyboard.press('v')
  await expect(outputOf(page, 2)).toContainText('42')
  await expect(cellAt(page, 2)).toBeFocused()
  await page.keyboard.press('z')
  await expect(page.getByText('Undone: paste cell.')).toBeVisible()
  await expect(cells(page)).toHaveCount(1)
  await page.keyboard.press('Shift+Z')
  await expect(outputOf(page, 2)).toContainText('42')
  // What is there already is not brought a second time: that is a new cell.
  await page.keyboard.press('v')
  await expect(cells(page)).toHaveCount(3)
  await expect(outputOf(page, 3)).toHaveCount(0)
})

test('a long notebook mounts few editors and never moves under the reader', async ({ owner }) => {
  const { page } = owner
  const sources = Array.from({ length: 120 }, (_, i) => Array.from({ length: 1 + ((i * 7) % 12) }, (_, line) => `value_${line} = ${i}`).join('\n'))
  const notebook = await makeNotebook(owner, 'Long', sources.map((source) => ({ kind: 'python', source })))
  await openNotebook(page, notebook)
  for (const share of [0.3, 0.7, 0.5]) {
    await page.evaluate((at) => scrollTo(0, document.documentElement.scrollHeight * at), share)
    const seen = await page.evaluate(() => {
      const cell = [...document.querySelectorAll('article')].find((one) => one.getBoundingClientRect().top > 80)
      return { id: cell?.id ?? '', top: cell?.getBoundingClientRect().top ?? 0 }
    })
    await page.locator(`[id="${seen.id}"] .monaco-editor`).waitFor()
    await page.waitForTimeout(500)
    const top = await page.locator(`[id="${seen.id}"]`).evaluate((cell) => cell.getBoundingClientRect().top)
    expect(Math.abs(top - seen.top)).toBeLessThanOrEqual(2)
    expect(await page.locator('.monaco-editor[role="code"]').count()).toBeLessThan(60)
  }
})

test('output that grows above does not move what is being read', async ({ owner }) => {
  const { page } = owner
  const filler = Array.from({ length: 30 }, (_, i) => ({ kind: 'markdown' as const, source: `## Part ${i}\n\ntext\n\ntext` }))
  const notebook = await makeNotebook(owner, 'Growing', [{ kind: 'python', source: 'for i in range(40): print("line", i)' }, ...filler])
  await openNotebook(page, notebook)
  const last = page.getByRole('heading', { name: 'Part 20' })
  await last.scrollIntoViewIfNeeded()
  await page.waitForTimeout(500)
  const before = (await last.boundingBox())?.y ?? 0
  await owner.call('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'all' } })
  await expect(outputOf(page, 1)).toContainText('line 39', { timeout: 30_000 })
  // What grew is made up for with the next frame.
  await expect.poll(async () => Math.abs(((await last.boundingBox())?.y ?? 0) - before)).toBeLessThanOrEqual(2)
})

test('on a phone the page does not scroll sideways and Run works', async ({ owner }) => {
  const { page } = owner
  await page.setViewportSize({ width: 390, height: 844 })
  const notebook = await makeNotebook(owner, 'A title that is much longer than a phone is wide', [{ kind: 'python', source: `print("${'long '.repeat(60)}")` }])
  await openNotebook(page, notebook)
  await cellAt(page, 1).getByRole('button', { name: 'Run cell' }).click()
  await expect(outputOf(page, 1)).toContainText('long long', { timeout: 30_000 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a notebook has no accessibility fault in the ${colorScheme}`, async ({ owner }) => {
    const { page } = owner
    await page.emulateMedia({ colorScheme })
    const notebook = await makeNotebook(owner, 'For everybody', [
      { kind: 'markdown', source: '# Title\n\nText with `code`, [a link](https://example.org) and $x^2$.' },
      { kind: 'python', source: 'import sys\nprint("out"); print("err", file=sys.stderr)\n1 / 0' },
      { kind: 'sql', source: '-- a comment\nselect 1 as one' },
    ])
    await openNotebook(page, notebook)
    await cellAt(page, 2).getByRole('button', { name: 'Run cell' }).click()
    await expect(outputOf(page, 2)).toContainText('ZeroDivisionError', { timeout: 30_000 })
    await expectNoAxeFaults(page)
  })
}
