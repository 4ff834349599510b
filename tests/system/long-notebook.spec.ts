/** Long notebooks: what is far from the view costs little, is there all the same, and nothing moves when it is drawn. */
import type { Page } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook, outputOf, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('L4: in a thousand cells each text is on the page, and the last is reached and written in by keys', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'A thousand cells', Array.from({ length: 1000 }, (_, i) => ({ kind: 'python' as const, source: `value_${i} = ${i}\nprint(value_${i})` })))
  const { page } = owner
  await openNotebook(page, notebook)
  await expect(page.getByRole('article')).toHaveCount(1000)
  await expect(page.locator('#cell-cell-640')).toContainText('print(value_640)')

  for (const [width, far] of [[1440, page.locator('#cell-cell-640')], [390, page.locator('#cell-cell-930')]] as const) {
    await page.setViewportSize({ width, height: 900 })
    const heightOf = () => far.evaluate((cell) => cell.getBoundingClientRect().height)
    const before = await heightOf()
    await far.scrollIntoViewIfNeeded()
    await expect(far).not.toHaveClass(/distant/)
    expect(Math.abs((await heightOf()) - before), `drawn at ${width} px`).toBeLessThan(1)
  }
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.locator('#cell-cell-0').focus()
  await page.keyboard.press('ControlOrMeta+ArrowDown')
  const last = page.locator('#cell-cell-999')
  await expect(last).toBeFocused()
  await expect(last).toBeInViewport()
  await page.keyboard.press('Enter')
  await page.keyboard.type('# written at the end\n')
  await expect(last.locator('.view-lines')).toContainText('written at the end')

  await openNotebook(mate.page, { path: `${notebook.path}#cell-cell-999` })
  await expect(mate.page.locator('#cell-cell-999')).toBeInViewport()
  await expect(mate.page.locator('#cell-cell-999')).toContainText('written at the end')
})

test('a page that is scrolled through stays where it is while cells with outputs are drawn', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Many outputs', Array.from({ length: 80 }, (_, i) => (
    i % 4 === 3 ? { kind: 'markdown' as const, source: `## Part ${i}\n\nSome words.\n\n- one\n- two` } : { kind: 'python' as const, source: `for line in range(${i % 7} * 5):\n    print(${i}, line)` })))
  const { page } = owner
  await openNotebook(page, notebook)
  const run = await owner.call<{ id: string }>('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'all' } })
  await expect.poll(async () => (await owner.call<{ state: string }>('GET', `/runs/${run.id}`)).state, { timeout: 60_000 }).toBe('succeeded')
  await openNotebook(page, notebook)
  await page.mouse.move(600, 500)
  await expectStillness(page, 25, 900)

  await openNotebook(page, { path: `${notebook.path}#cell-cell-60` })
  await expect(page.locator('#cell-cell-60')).toContainText('60 19')
  await page.mouse.move(600, 500)
  await expectStillness(page, 12, -700)
})

test('L4: a page with cells asks for all its large files in its head, and for few files', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Asked early', [{ kind: 'python', source: 'early = 1' }])
  const { page } = owner
  const answer = await page.goto(notebook.path)
  await expect(page.locator('#cell-cell-0 .view-lines')).toBeVisible()
  const head = answer?.headers().link ?? ''
  const large = await page.evaluate(() => (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ name, initiatorType, decodedBodySize }) => name.endsWith('.js') && initiatorType !== 'other' && decodedBodySize > 250_000).map(({ name }) => new URL(name).pathname))
  expect(large.length, 'the editor among them').toBeGreaterThan(2)
  expect(large.filter((path) => !head.includes(path))).toEqual([])
  expect(head.match(/rel="modulepreload"/g)?.length).toBeLessThan(40)
})

test('L4: what sets formulas comes with the first formula, and what the server painted stays until then', async ({ owner }) => {
  const { page } = owner
  const released = Promise.withResolvers<void>()
  let asked = 0
  await holdScripts(page, released.promise, (body) => {
    const isHeld = body.includes('KaTeX parse error')
    if (isHeld) asked += 1
    return isHeld
  })
  const code = { kind: 'python' as const, source: 'one = 1' }
  await openNotebook(page, await makeNotebook(owner, 'No formula', [{ kind: 'markdown', source: '# Words' }, code]))
  await expect(page.locator('#cell-cell-1 .view-lines')).toBeVisible()
  expect(asked).toBe(0)

  await openNotebook(page, await makeNotebook(owner, 'A formula', [{ kind: 'markdown', source: 'Mass $m^2$' }, code]))
  await expect(page.locator('#cell-cell-1 .view-lines')).toBeVisible()
  await expect.poll(() => asked).toBe(1)
  const formulas = page.locator('#cell-cell-0 .katex')
  await expect(formulas).toHaveCount(1)
  released.resolve()
  await page.locator('#cell-cell-0').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type(' and $n^3$')
  await page.keyboard.press('Escape')
  await expect(formulas).toHaveCount(2)
})

test('what is typed before the editor is there is typed when it comes, and is never taken for commands', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Typed ahead', [{ kind: 'python', source: 'first = 1' }, { kind: 'python', source: '' }])
  const { page } = owner
  const released = Promise.withResolvers<void>()
  let held = 0
  await holdScripts(page, released.promise, (body) => {
    const isHeld = body.length > 1_000_000
    if (isHeld) held += 1
    return isHeld
  })
  await openNotebook(page, notebook)
  const second = page.locator('#cell-cell-1')
  await second.focus()
  await page.keyboard.press('Enter')
  // As commands these would add cells, delete one and change its kind.
  await page.keyboard.type('print("add", (1 + 2)*2) # dd')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Shift+Enter')
  await expect.poll(() => held).toBeGreaterThan(0)
  await expect(page.locator('.monaco-editor')).toHaveCount(0)
  released.resolve()
  await expect(outputOf(page, 2)).toContainText('add 6', { timeout: 30_000 })
  expect(await textOf(page, 2)).toBe('print("add", (1 + 2)*2) # ')
  await expect(cellAt(page, 1)).toContainText('first = 1')
})

test('keys pressed for an editor that has not come are no commands elsewhere, and Escape and Enter lead out and in', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Gone on', [{ kind: 'markdown', source: 'text' }, { kind: 'python', source: 'print("pressed")' }, { kind: 'python', source: 'print("not pressed")' }])
  const { page } = owner
  const released = Promise.withResolvers<void>()
  await holdScripts(page, released.promise, (body) => body.length > 1_000_000)
  await openNotebook(page, notebook)
  await page.locator('#cell-cell-0').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  // Command mode again, though the frame had the focus all the time.
  await page.keyboard.press('j')
  await expect(page.locator('#cell-cell-1')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  // As commands these would delete the cell.
  await page.keyboard.type('dd')
  await page.keyboard.press('Shift+Enter')
  await page.locator('#cell-cell-2').focus()
  released.resolve()
  await expect.poll(() => textOf(page, 2)).toContain('dd')
  await expect(page.getByRole('article')).toHaveCount(3)
  expect((await owner.call<unknown[]>('GET', `/notebooks/${notebook.id}/runs`))).toEqual([])
})

/** Files of the app that are picked come when they are released. What a page still asks for when it closes is nobody's. */
async function holdScripts(page: Page, released: Promise<void>, isHeld: (body: Buffer) => boolean): Promise<void> {
  await page.route('**/_app/immutable/**/*.js', async (route) => {
    try {
      const response = await route.fetch()
      const body = await response.body()
      if (isHeld(body)) await released
      await route.fulfill({ response, body })
    } catch (error) {
      if (!page.isClosed() && !/disposed|closed/.test(String(error))) throw error
    }
  })
}

/** Turns the wheel so often; between two turns what is in the middle of the view may not move by more than 2 px. */
async function expectStillness(page: Page, turns: number, by: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    const from = await page.evaluate(() => scrollY)
    await page.mouse.wheel(0, by)
    const moved = await page.evaluate(async (from) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
      // The page is told of the wheel a moment later, and not at all where it has come to its end.
      for (const until = performance.now() + 500; scrollY === from && performance.now() < until;) await frame()
      // The wheel may turn smoothly.
      for (let still = 0, at = scrollY; still < 4; still = at === scrollY ? still + 1 : 0, at = scrollY) await frame()
      const seen = [...document.querySelectorAll('article')].find((cell) => cell.getBoundingClientRect().bottom > innerHeight / 2)
      const before = seen?.getBoundingClientRect().top ?? 0
      await new Promise((resolve) => setTimeout(resolve, 120))
      // A cell may have been replaced by its drawn form: it is found anew by its id.
      const now = document.getElementById(seen?.id ?? '')?.getBoundingClientRect().top ?? 0
      return Math.abs(now - before)
    }, from)
    expect(moved, `after turn ${turn + 1}`).toBeLessThanOrEqual(2)
  }
}
