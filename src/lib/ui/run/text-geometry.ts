/**
 * Text geometry: which rows of a long text are in view. A browser's element cannot be taller than some 15 million
 * pixels, so a longer text moves its rows faster than its scroll bar. Pure.
 */
export const TEXT_ROW_PX = 18
const TALLEST_PX = 15_000_000
const ROWS_AROUND = 20

export interface TextView {
  first: number
  /** One past the last. */
  end: number
  /** The first row that is really seen. */
  top: number
  /** Where row `first` stands in the scrolled body. */
  topPx: number
}

export const textBodyPx = (rows: number): number => Math.min(rows * TEXT_ROW_PX, TALLEST_PX)

export function textRowsInView(rows: number, scrollTop: number, viewPx: number): TextView {
  const height = textBodyPx(rows)
  const isScaled = rows * TEXT_ROW_PX > height
  const part = height <= viewPx ? 0 : Math.min(1, Math.max(0, scrollTop / (height - viewPx)))
  const exact = isScaled ? part * (rows - viewPx / TEXT_ROW_PX) : scrollTop / TEXT_ROW_PX
  const top = Math.max(0, Math.min(Math.floor(exact), rows - 1))
  const first = Math.max(0, top - ROWS_AROUND)
  const end = Math.min(rows, top + Math.ceil(viewPx / TEXT_ROW_PX) + 1 + ROWS_AROUND)
  return { first, end, top, topPx: isScaled ? scrollTop - (exact - first) * TEXT_ROW_PX : first * TEXT_ROW_PX }
}
