/**
 * Grid geometry: which rows and columns are in view. A browser's element cannot be taller than some 15 million
 * pixels, so a longer table moves its rows faster than its scroll bar. Pure, so that it can be tested without a page.
 */
import { columnKind, isNumeric, type ResultColumn } from '#lib/domain/result.ts'
import { showValue } from './show-value.ts'

export const ROW_PX = 28
export const HEAD_PX = 46
export const SUMMARY_PX = 72
export const FILTER_PX = 32
const TALLEST_PX = 15_000_000
const ROWS_AROUND = 8
const CHAR_PX = 7.4
const NARROWEST_PX = 84
const WIDEST_PX = 340

export interface RowView {
  first: number
  /** One past the last. */
  end: number
  /** Where row `first` stands in the scrolled body. */
  topPx: number
}

export const bodyPx = (rows: number): number => Math.min(rows * ROW_PX, TALLEST_PX)

export function rowsInView(rows: number, scrollTop: number, viewPx: number): RowView {
  const height = bodyPx(rows)
  const inView = Math.ceil(viewPx / ROW_PX) + 1
  const isScaled = rows * ROW_PX > height
  const part = height <= viewPx ? 0 : Math.min(1, Math.max(0, scrollTop / (height - viewPx)))
  const exact = isScaled ? part * (rows - viewPx / ROW_PX) : scrollTop / ROW_PX
  const top = Math.max(0, Math.min(Math.floor(exact), Math.max(0, rows - 1)))
  const first = Math.max(0, top - ROWS_AROUND)
  const end = Math.min(rows, top + inView + ROWS_AROUND)
  return { first, end, topPx: isScaled ? scrollTop - (exact - first) * ROW_PX : first * ROW_PX }
}

/** Where to scroll so that `row` is fully in view, just so far; null when it is. */
export function scrollToRow(rows: number, row: number, scrollTop: number, viewPx: number): number | null {
  const height = bodyPx(rows)
  /** So many pixels the rows move where the scroll bar moves one. */
  const pace = height > viewPx ? (rows * ROW_PX - viewPx) / (height - viewPx) : 1
  const [at, top] = [row * ROW_PX, scrollTop * pace]
  // A scroll bar stands at whole pixels.
  const spare = pace === 1 ? 0 : Math.min(pace, (viewPx - ROW_PX) / 2)
  if (at < top) return Math.max(0, (at - spare) / pace)
  return at + ROW_PX > top + viewPx ? Math.min(height - viewPx, (at + ROW_PX - viewPx + spare) / pace) : null
}

/** Widths from the names, the types and a sample of rows; known before any row is, and the same for the same sample. */
export function columnWidths(columns: readonly ResultColumn[], sample: readonly (readonly unknown[])[]): number[] {
  return columns.map((column, at) => {
    const kind = columnKind(column.type)
    const expected = kind === 'timestamp' ? 26 : kind === 'date' ? 10 : isNumeric(kind) ? 9 : kind === 'text' ? 12 : 8
    const longest = Math.max(expected, column.name.length + 5, Math.min(24, column.type.length), ...sample.map((row) => showValue(row[at], kind).length))
    return Math.round(Math.min(WIDEST_PX, Math.max(NARROWEST_PX, longest * CHAR_PX + 22)))
  })
}

/** As wide as its name and these texts, however long they are. */
export const fittingWidth = ({ name }: ResultColumn, texts: readonly string[]): number =>
  Math.round(Math.max(NARROWEST_PX, Math.max(name.length + 5, ...texts.map((text) => text.length)) * CHAR_PX + 22))

export interface ColumnView {
  first: number
  end: number
}

/** `lefts` has one more entry than there are columns: the whole width. */
export function columnsInView(lefts: readonly number[], scrollLeft: number, viewPx: number): ColumnView {
  const count = lefts.length - 1
  let first = 0
  while (first < count - 1 && (lefts[first + 1] ?? 0) <= scrollLeft) first += 1
  let end = first
  while (end < count && (lefts[end] ?? 0) < scrollLeft + viewPx) end += 1
  return { first: Math.max(0, first - 1), end: Math.min(count, end + 1) }
}

export const leftsOf = (widths: readonly number[]): number[] => {
  const lefts = [0]
  for (const width of widths) lefts.push((lefts.at(-1) ?? 0) + width)
  return lefts
}
