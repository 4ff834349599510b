/** The walk through large tables: by keys, by the wheel and by the scroll bar, what is seen is what stands there, under its own name, and nothing stays blank. */
import type { Locator, Page } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook, runCell } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

interface Seen {
  /** Of the places looked at: blank ones, values of another place, names of another column or beside their column. */
  faults: string[]
  first: number
  last: number
  left: number
  right: number
}

/** What is in view is there within this time, wherever one comes from. */
const SOON = { timeout: 8_000 }
const grid = (page: Page): Locator => cellAt(page, 1).getByRole('grid')

/** A table whose values tell their place: row times columns plus column. */
async function showNumbers(owner: Person, rows: number, columns: number) {
  const { page } = owner
  const source = `import numpy, pandas\npandas.DataFrame(numpy.arange(${rows * columns}, dtype="int32").reshape(${rows}, ${columns}), columns=[f"c{n}" for n in range(${columns})])`
  const notebook = await makeNotebook(owner, `${rows} by ${columns}`, [{ kind: 'python', source, rowLimit: rows > 10_000 ? null : 10_000 }])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(rows + 1), { timeout: 120_000 })
  await expect(grid(page)).toHaveAttribute('aria-colcount', String(columns))
  await grid(page).scrollIntoViewIfNeeded()

  /** Looks at places all over the grid, as an eye does. */
  const look = (): Promise<Seen> => grid(page).evaluate((scroller, columns) => {
    const frame = scroller.getBoundingClientRect()
    const headPx = scroller.querySelector('[role="rowgroup"]')!.getBoundingClientRect().height
    const [right, bottom] = [frame.left + scroller.clientWidth, frame.top + scroller.clientHeight]
    const find = (x: number, y: number, what: string) => document.elementFromPoint(x, y)?.closest<HTMLElement>(what) ?? null
    const faults: string[] = []
    const [rows, places]: [number[], number[]] = [[], []]
    for (let x = frame.left + 4; x < right - 2; x += 37) {
      for (let y = frame.top + headPx + 4; y < bottom - 2; y += 13) {
        // Between two rows is a line.
        const cell = find(x, y, '[data-row]') ?? find(x, y - 2, '[data-row]')
        const [row, column] = [Number(cell?.dataset.row), Number(cell?.dataset.column)]
        const text = cell?.textContent?.trim() ?? 'no cell'
        if (text !== String(row * columns + column)) faults.push(`“${text}” in row ${row}, column ${column}`)
        rows.push(row)
        places.push(column)
        const box = cell?.getBoundingClientRect() ?? frame
        const [from, to] = [Math.max(box.left, frame.left), Math.min(box.right, right)]
        // The names' edges, which are held to widen a column, reach over each other.
        if (to - from < 24) continue
        const head = find((from + to) / 2, frame.top + headPx / 2, '[role="columnheader"]')
        const name = head?.querySelector('span span')?.textContent ?? 'no name'
        if (name !== `c${column}` || Math.abs(head!.getBoundingClientRect().left - box.left) > 1) faults.push(`${name} above column ${column}`)
      }
    }
    return { faults: faults.slice(0, 5), first: Math.min(...rows), last: Math.max(...rows), left: Math.min(...places), right: Math.max(...places) }
  }, columns)

  return {
    at: (row: number, column: number): string => String(row * columns + column),
    /** Once the view has come there and all of it is right. */
    seen: async (isThere: (now: Seen) => boolean = () => true): Promise<Seen> => {
      await expect.poll(async () => {
        const now = await look()
        return [...now.faults, ...(isThere(now) ? [] : [JSON.stringify(now)])]
      }, SOON).toEqual([])
      return look()
    },
    wheel: async (x: number, y: number, times: number): Promise<void> => {
      const box = (await grid(page).boundingBox())!
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      for (let turn = 0; turn < times; turn += 1) await page.mouse.wheel(x, y)
    },
    /** The scroll bar pulled to a part of its way: in steps, one in each frame, as a hand does; or at once. */
    pull: (to: { top?: number; left?: number }, steps = 40): Promise<void> => grid(page).evaluate(async (scroller, { to, steps }) => {
      const [fromTop, fromLeft] = [scroller.scrollTop, scroller.scrollLeft]
      const [farTop, farLeft] = [scroller.scrollHeight - scroller.clientHeight, scroller.scrollWidth - scroller.clientWidth]
      for (let step = 1; step <= steps; step += 1) {
        if (to.top !== undefined) scroller.scrollTop = fromTop + ((to.top * farTop - fromTop) * step) / steps
        if (to.left !== undefined) scroller.scrollLeft = fromLeft + ((to.left * farLeft - fromLeft) * step) / steps
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
    }, { to, steps }),
    press: async (...keys: string[]): Promise<void> => {
      await grid(page).focus()
      for (const key of keys) await page.keyboard.press(key)
    },
  }
}

/** The cell that the keys have come to says its own value, and is seen whole. */
async function expectActive(page: Page, value: string): Promise<void> {
  const active = grid(page).locator('[data-row][aria-selected="true"]')
  await expect(active).toHaveText(value, SOON)
  // The rows of a table taller than a browser's element follow the scroll bar with the next frame only.
  await expect(async () => {
    const [cell, frame, head] = [(await active.boundingBox())!, (await grid(page).boundingBox())!, (await grid(page).getByRole('rowgroup').first().boundingBox())!]
    const [above, below, before, after] = [cell.y - head.y - head.height, frame.y + frame.height - cell.y - cell.height, cell.x - frame.x, frame.x + frame.width - cell.x - cell.width]
    expect(Math.min(above, below, before, after), JSON.stringify({ above, below, before, after })).toBeGreaterThanOrEqual(-1)
  }).toPass(SOON)
}

test('a million rows of twenty columns', async ({ owner }) => {
  test.setTimeout(240_000)
  const { page } = owner
  const [rows, columns] = [1_000_000, 20]
  const { at, seen, wheel, pull, press } = await showNumbers(owner, rows, columns)
  await seen(({ first, left }) => first === 0 && left === 0)

  await wheel(0, 700, 12)
  await seen(({ first }) => first > 300)
  await wheel(400, 0, 5)
  await seen(({ right }) => right === columns - 1)
  await wheel(0, -900, 12)
  await wheel(-600, 0, 5)
  await seen(({ first, left }) => first === 0 && left === 0)

  for (const part of [0.5, 0.123, 1, 0.75]) {
    await pull({ top: part, left: part })
    const { first, last } = await seen()
    expect([Math.abs(first - part * rows) < 50, last - first < 20], `rows ${first} to ${last} at ${part}`).toEqual([true, true])
  }
  // There and back sooner than anything can be read.
  for (const part of [0.1, 0.9, 0.2, 0.8, 0.4]) await pull({ top: part }, 1)
  await seen(({ first }) => Math.abs(first - 0.4 * rows) < 50)

  await press('Control+End')
  await expectActive(page, at(rows - 1, columns - 1))
  const end = await seen(({ last, right }) => last === rows - 1 && right === columns - 1)
  // What is in view stays where it is while the keys move within it.
  await press('ArrowUp', 'ArrowUp', 'ArrowLeft')
  await expectActive(page, at(rows - 3, columns - 2))
  expect(await seen()).toEqual(end)
  await press(...Array.from({ length: 30 }, () => 'ArrowUp'))
  await expectActive(page, at(rows - 33, columns - 2))
  await press('Control+Home')
  await expectActive(page, at(0, 0))
  await seen(({ first, left }) => first === 0 && left === 0)
  // Two keys within one frame of the screen.
  await press('PageDown', 'PageDown', 'PageDown', 'PageUp', 'PageDown', 'Control+ArrowUp', 'PageDown')
  const active = await grid(page).locator('[data-row][aria-selected="true"]').getAttribute('data-row')
  await expectActive(page, at(Number(active), 0))
})

test('a thousand rows of ten thousand columns', async ({ owner }) => {
  test.setTimeout(240_000)
  const { page } = owner
  const [rows, columns] = [1000, 10_000]
  const { at, seen, wheel, pull, press } = await showNumbers(owner, rows, columns)
  await seen(({ first, left }) => first === 0 && left === 0)

  await wheel(900, 0, 10)
  await seen(({ left }) => left > 50)
  for (const part of [0.5, 1, 0.01, 0.77]) {
    await pull({ left: part, top: part })
    const { left, right } = await seen()
    // The first thousand are narrower: their names are shorter.
    expect([Math.abs(left - part * columns) < 150, right - left < 40], `c${left} to c${right} at ${part}`).toEqual([true, true])
  }
  await press('Control+End')
  await expectActive(page, at(rows - 1, columns - 1))
  await seen(({ last, right }) => last === rows - 1 && right === columns - 1)
  await press('Home', 'ArrowRight')
  await expectActive(page, at(rows - 1, 1))
  await seen(({ left }) => left === 0)
  await press('End', 'ArrowLeft')
  await expectActive(page, at(rows - 1, columns - 2))
  await seen(({ right }) => right === columns - 1)
  await press('Control+Home')
  await expectActive(page, at(0, 0))
  await seen(({ first, left }) => first === 0 && left === 0)
})
