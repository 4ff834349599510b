/** A dialog over a scrolled page: the page behind it rests where it is, with its bars in view, and is there again afterwards. */
import type { Locator, Page } from '@playwright/test'
import { makeNotebook, openNotebook, pickFromMenu, pressFor } from './notebook-page.ts'
import { expect, test } from './people.ts'

const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }]
const LINES = Array.from({ length: 30 }, (_, i) => `Line ${i} of a long text.`).join('\n\n')

interface Place {
  scrolled: [number, number]
  /** What sticks to the window's edges: name, then left, top, width and height. */
  bars: string[]
}

const placeOf = (page: Page): Promise<Place> => page.evaluate(() => ({
  scrolled: [scrollX, scrollY],
  bars: [...document.querySelectorAll('header, aside')].filter((bar) => getComputedStyle(bar).position === 'sticky' && bar.clientHeight > 0).map((bar) => {
    const { left, top, width, height } = bar.getBoundingClientRect()
    return [bar.tagName, left, top, width, height].join(' ')
  }),
}))

async function scrollDown(page: Page): Promise<Place> {
  await page.evaluate(() => scrollTo(0, 600))
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(600)
  return placeOf(page)
}

async function scrollToRow(page: Page, row: Locator): Promise<Place> {
  await row.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0)
  return placeOf(page)
}

/** Open over the page as it was, not moved by the wheel, and closed onto the page as it was. */
async function expectRest(page: Page, before: Place, dialog: Locator): Promise<void> {
  await expect(dialog).toBeVisible()
  expect(before.bars.length).toBeGreaterThan(0)
  expect(await placeOf(page)).toEqual(before)
  await page.mouse.move(5, 500)
  await page.mouse.wheel(0, 400)
  await page.mouse.wheel(300, 0)
  // Two frames: the browser scrolls with the next one.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  expect(await placeOf(page)).toEqual(before)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  // The page is let go a moment after the dialog is gone.
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).overflowY)).not.toBe('hidden')
  expect(await placeOf(page)).toEqual(before)
  await page.mouse.wheel(0, 100)
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before.scrolled[1])
}

for (const size of SIZES) {
  test(`a dialog over a scrolled notebook leaves the page where it is, at ${size.width} px`, async ({ owner: { page }, owner }) => {
    const notebook = await makeNotebook(owner, 'Scrolled', Array.from({ length: 4 }, () => ({ kind: 'markdown' as const, source: LINES })))
    await page.setViewportSize(size)
    await openNotebook(page, notebook)
    const before = await scrollDown(page)
    const share = page.getByRole('dialog', { name: 'Share this notebook' })
    await pressFor(page.getByRole('button', { name: 'Share', exact: true }), share)
    await expectRest(page, before, share)

    const again = await scrollDown(page)
    await pickFromMenu(page, 'Download…')
    await expectRest(page, again, page.getByRole('dialog'))
  })

  test(`a dialog over the scrolled home page leaves it where it is, at ${size.width} px`, async ({ owner: { page }, owner }) => {
    for (let n = 1; n <= 30; n++) await makeNotebook(owner, `Row ${size.width}-${n}`, [{ kind: 'markdown', source: 'Words' }])
    await page.setViewportSize(size)
    await page.goto('/harbour')
    const row = page.getByRole('button', { name: `Actions for Row ${size.width}-15` })
    await expect(row).toBeVisible()
    const before = await scrollToRow(page, row)
    const rename = page.getByRole('menuitem', { name: 'Rename' })
    await pressFor(row, rename)
    await rename.click()
    await expectRest(page, before, page.getByRole('dialog'))
    if (size.width > 400) return

    const again = await scrollDown(page)
    const menu = page.getByRole('dialog', { name: 'Menu' })
    await pressFor(page.getByRole('button', { name: 'Open the menu' }), menu)
    await expectRest(page, again, menu)
  })
}
