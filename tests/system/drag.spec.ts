/** Cells dragged by hand: by a finger, several at once, and beyond what is on the screen. */
import type { Browser, CDPSession, Page } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook } from './notebook-page.ts'
import { expect, test } from './people.ts'

const cells = (page: Page) => page.getByRole('article', { name: /^Cell \d+/ })
/** The numbers of `cell-0`, `cell-1`, … in the order of the page. */
const order = (page: Page) => cells(page).evaluateAll((all) => all.map((one) => /^cell-cell-(\d+)$/.exec(one.id)?.[1] ?? '+').join(' '))
const python = (count: number, lines = 1) => Array.from({ length: count }, (_, n) => ({ kind: 'python' as const, source: Array.from({ length: lines }, (_, line) => `a = ${n}${line}`).join('\n') }))
const handle = (page: Page, number: number) => page.getByRole('button', { name: `Drag cell ${number}`, exact: true })
const middleOf = async (page: Page, number: number) => {
  const box = (await handle(page, number).boundingBox())!
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
const lowerEdgeOf = async (page: Page, number: number) => {
  const box = (await cellAt(page, number).boundingBox())!
  return box.y + box.height - 4
}

/** A phone with real touches, as the browser hears them from its screen. */
async function phone(browser: Browser, options: { storageState: never; baseURL: string }): Promise<{ page: Page; touch: CDPSession; close: () => Promise<void> }> {
  const context = await browser.newContext({ ...options, viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true })
  const page = await context.newPage()
  return { page, touch: await context.newCDPSession(page), close: () => context.close() }
}

const finger = (touch: CDPSession) => ({
  down: (x: number, y: number) => touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] }),
  move: async (from: { x: number; y: number }, to: { x: number; y: number }, steps = 8) => {
    for (let step = 1; step <= steps; step += 1) {
      const at = { x: from.x + ((to.x - from.x) * step) / steps, y: from.y + ((to.y - from.y) * step) / steps }
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [at] })
    }
  },
  up: () => touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] }),
})

test('a finger drags a cell by its handle on a phone; beside the handle it scrolls the page and moves nothing', async ({ browser, owner, ownerState, product }) => {
  const notebook = await makeNotebook(owner, 'By finger', python(9, 4))
  await openNotebook(owner.page, notebook)
  const { page, touch, close } = await phone(browser, { storageState: ownerState as never, baseURL: product.url })
  await openNotebook(page, notebook)
  const { down, move, up } = finger(touch)

  const from = await middleOf(page, 1)
  await down(from.x, from.y)
  await move(from, { x: from.x + 10, y: await lowerEdgeOf(page, 2) })
  await expect(cellAt(page, 1).locator('.cell-card')).toHaveClass(/opacity-45/)
  expect(await page.evaluate(() => scrollY)).toBe(0)
  await up()
  for (const one of [page, owner.page]) await expect.poll(() => order(one)).toBe('1 0 2 3 4 5 6 7 8')

  const card = (await cellAt(page, 3).locator('.cell-card').boundingBox())!
  const beside = { x: card.x + 4, y: card.y + card.height / 2 }
  await down(beside.x, beside.y)
  await move(beside, { x: beside.x, y: beside.y - 300 })
  await up()
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100)
  expect(await order(page)).toBe('1 0 2 3 4 5 6 7 8')
  await close()
})

test('on a phone a handle that is held selects its cell, touches add others, and they are dragged and deleted together', async ({ browser, owner, ownerState, product }) => {
  const notebook = await makeNotebook(owner, 'Several by finger', python(5))
  await openNotebook(owner.page, notebook)
  const { page, touch, close } = await phone(browser, { storageState: ownerState as never, baseURL: product.url })
  await openNotebook(page, notebook)
  const { down, move, up } = finger(touch)
  const selected = cells(page).filter({ has: page.getByText('Selected', { exact: true }) })
  const tap = async (number: number) => {
    const at = await middleOf(page, number)
    await down(at.x, at.y)
    await up()
  }

  const second = await middleOf(page, 2)
  await down(second.x, second.y)
  await expect(selected).toHaveCount(1)
  await up()
  await tap(3)
  await expect(selected).toHaveCount(2)
  await tap(5)
  await expect(selected).toHaveCount(3)
  await tap(3)
  await expect(selected).toHaveCount(2)

  const from = await middleOf(page, 2)
  await down(from.x, from.y)
  await page.waitForTimeout(600)
  await expect(selected).toHaveCount(2)
  await move(from, { x: from.x + 10, y: (await cellAt(page, 1).boundingBox())!.y + 4 })
  await up()
  for (const one of [page, owner.page]) await expect.poll(() => order(one)).toBe('1 4 0 2 3')
  // A browser now and then makes no click of a touch that comes within the time of a double tap after another.
  await page.waitForTimeout(500)
  await cellAt(page, 1).getByRole('button', { name: 'Delete cell' }).tap()
  await expect(page.getByText('2 cells deleted.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).tap()
  for (const one of [page, owner.page]) await expect.poll(() => order(one)).toBe('1 4 0 2 3')
  await close()
})

test('several selected cells are dragged together by the handle of one, keep their order, and Z takes all back', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Together', python(6))
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  const { page } = owner
  await cellAt(page, 1).focus()
  await page.keyboard.press('Shift+ArrowDown')
  await cellAt(page, 4).locator('.cell-card').click({ modifiers: ['ControlOrMeta'], position: { x: 6, y: 30 } })
  await expect(cells(page).filter({ has: page.getByText('Selected', { exact: true }) })).toHaveCount(3)

  await cellAt(page, 2).hover({ position: { x: 80, y: 8 } })
  const from = await middleOf(page, 2)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 20, await lowerEdgeOf(page, 5), { steps: 8 })
  for (const number of [1, 2, 4]) await expect(cellAt(page, number).locator('.cell-card')).toHaveClass(/opacity-45/)
  await expect(cellAt(page, 3).locator('.cell-card')).not.toHaveClass(/opacity-45/)
  await page.mouse.up()
  for (const one of [page, mate.page]) await expect.poll(() => order(one)).toBe('2 4 0 1 3 5')
  await page.keyboard.press('z')
  await expect(page.getByText('Undone: move 3 cells.')).toBeVisible()
  for (const one of [page, mate.page]) await expect.poll(() => order(one)).toBe('0 1 2 3 4 5')
})

test('a drag held near the edge scrolls the page, there and back, and drops where the page has come to', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Far', python(16, 6))
  await openNotebook(page, notebook)
  const drag = async (number: number, y: number, isThere: () => Promise<boolean>) => {
    await cellAt(page, number).hover({ position: { x: 80, y: 8 } })
    const from = await middleOf(page, number)
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(from.x, y, { steps: 6 })
    await expect.poll(isThere, { timeout: 15_000 }).toBe(true)
    await page.mouse.up()
  }
  const bottom = () => page.evaluate(() => innerHeight + scrollY >= document.documentElement.scrollHeight - 1)
  await drag(1, 880, bottom)
  await expect.poll(async () => (await order(page)).split(' ').indexOf('0')).toBeGreaterThan(12)
  // Where it went is on the screen.
  await expect(page.locator('#cell-cell-0')).toBeInViewport()

  const at = (await order(page)).split(' ').indexOf('0') + 1
  await drag(at, 12, () => page.evaluate(() => scrollY === 0))
  await expect.poll(() => order(page)).toBe(Array.from({ length: 16 }, (_, n) => n).join(' '))
  await expect(page.locator('#cell-cell-0')).toBeInViewport()
})
