/** The grid's arithmetic: which rows and columns are in view, where keys go, and what lands on the clipboard. */
import { describe, expect, it } from 'vitest'
import { bodyPx, columnsInView, columnWidths, leftsOf, ROW_PX, rowsInView, scrollToRow } from '#lib/ui/result/grid-geometry.ts'
import { moveByKey } from '#lib/ui/result/selection.svelte.ts'
import { copyValue, formatCount, showValue, toTsv, typeLabel } from '#lib/ui/result/show-value.ts'

const VIEW_PX = 300

describe('rows in view', () => {
  it('holds every row that can be seen, and few besides', () => {
    for (const scrollTop of [0, 1, 27, 28, 1000, 9_700 * ROW_PX]) {
      const { first, end } = rowsInView(10_000, scrollTop, VIEW_PX)
      expect(first).toBeLessThanOrEqual(Math.floor(scrollTop / ROW_PX))
      expect(end).toBeGreaterThanOrEqual(Math.min(10_000, Math.ceil((scrollTop + VIEW_PX) / ROW_PX)))
      expect(end - first).toBeLessThan(40)
    }
  })

  it('reaches the first and the last row of a table that is taller than a browser allows', () => {
    const rows = 10_000_000
    expect(bodyPx(rows)).toBe(15_000_000)
    expect(rowsInView(rows, 0, VIEW_PX).first).toBe(0)
    const last = rowsInView(rows, bodyPx(rows) - VIEW_PX, VIEW_PX)
    expect(last.end).toBe(rows)
    const bottomOfLast = last.topPx + (last.end - last.first) * ROW_PX
    expect(Math.abs(bottomOfLast - bodyPx(rows))).toBeLessThan(1)
  })

  it('never leaves the table', () => {
    expect(rowsInView(0, 500, VIEW_PX)).toMatchObject({ first: 0, end: 0 })
    expect(rowsInView(3, 5_000, VIEW_PX)).toMatchObject({ first: 0, end: 3 })
  })

  it('scrolls just so far that a row is seen', () => {
    expect(scrollToRow(100, 5, 0, VIEW_PX)).toBeNull()
    expect(scrollToRow(100, 50, 0, VIEW_PX)).toBe(51 * ROW_PX - VIEW_PX)
    expect(scrollToRow(100, 2, 1000, VIEW_PX)).toBe(2 * ROW_PX)
  })

  it('scrolls as little in a table that is taller than a browser allows, and to where the row is seen whole', () => {
    for (const rows of [600_000, 1_000_000, 10_000_000, 100_000_000]) {
      const far = bodyPx(rows) - VIEW_PX
      expect([scrollToRow(rows, 5, 0, VIEW_PX), scrollToRow(rows, rows - 5, far, VIEW_PX), scrollToRow(rows, rows - 1, 0, VIEW_PX), scrollToRow(rows, 0, far, VIEW_PX)]).toEqual([null, null, far, 0])
      for (const [row, from] of [[rows - 1, 0], [Math.floor(rows * 0.77), 0], [Math.floor(rows * 0.77), far], [12, 0], [rows - 13, far]] as const) {
        const scrollTop = Math.round(scrollToRow(rows, row, from, VIEW_PX) ?? -1)
        const { first, topPx } = rowsInView(rows, scrollTop, VIEW_PX)
        const rowPx = topPx + (row - first) * ROW_PX - scrollTop
        expect(rowPx, `row ${row} of ${rows}`).toBeGreaterThanOrEqual(-1)
        expect(rowPx + ROW_PX, `row ${row} of ${rows}`).toBeLessThanOrEqual(VIEW_PX + 1)
      }
    }
    // The row below what is seen moves the others by one.
    expect(rowsInView(1_000_000, scrollToRow(1_000_000, 11, 0, VIEW_PX) ?? 0, VIEW_PX).first).toBe(0)
  })
})

describe('columns', () => {
  it('are as wide as what they hold, within bounds', () => {
    const widths = columnWidths([{ name: 'n', type: 'int' }, { name: 'text', type: 'string' }], [[1, 'x'.repeat(500)]])
    expect(widths[0]).toBeGreaterThanOrEqual(84)
    expect(widths[1]).toBe(340)
  })

  it('of a thousand only those in view are drawn', () => {
    const lefts = leftsOf(Array.from({ length: 1000 }, () => 100))
    expect(columnsInView(lefts, 5_050, 900)).toEqual({ first: 49, end: 61 })
    expect(columnsInView(lefts, 99_500, 900)).toMatchObject({ end: 1000 })
  })
})

describe('keys', () => {
  const move = (key: string, isFar = false) => moveByKey(key, isFar, { row: 5, column: 2 }, 100, 4, 10)
  it.each([
    ['ArrowDown', false, { row: 6, column: 2 }], ['ArrowDown', true, { row: 99, column: 2 }], ['PageUp', false, { row: 0, column: 2 }], ['Home', false, { row: 5, column: 0 }],
    ['End', true, { row: 99, column: 3 }], ['ArrowRight', false, { row: 5, column: 3 }], ['a', false, null],
  ])('%s (far: %s)', (key, isFar, expected) => expect(move(key, isFar)).toEqual(expected))

  it('does nothing in an empty table', () => expect(moveByKey('ArrowDown', false, { row: 0, column: 0 }, 0, 3, 10)).toBeNull())
})

describe('values as text', () => {
  it('shows what was stored', () => {
    expect(showValue('2024-03-31 02:30:00+00', 'timestamp')).toBe('2024-03-31 02:30:00')
    expect(showValue(null, 'integer')).toBe('null')
    expect(showValue({ a: ['x'] }, 'nested')).toBe('{"a":["x"]}')
    expect(formatCount(3_000_000)).toBe('3\u202f000\u202f000')
  })

  it.each([['timestamp', 'timestamp (UTC)'], ['timestamp_ltz', 'timestamp_ltz (UTC)'], ['timestamp_ntz', 'timestamp_ntz'], ['array<timestamp>', 'array<timestamp>'], ['date', 'date']])('says of %s in its head: %s', (type, label) => expect(typeLabel(type)).toBe(label))

  it('copies cells that a spreadsheet reads back as they were', () => {
    expect(toTsv([['a\tb', 'say "hi"'], ['line\nbreak', copyValue(null, 'int')]])).toBe('"a\tb"\t"say ""hi"""\n"line\nbreak"\t')
  })
})
