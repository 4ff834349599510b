/** B8: which rows of a long text are in view; every row can be reached, and no element gets taller than a browser bears. */
import { describe, expect, it } from 'vitest'
import { textBodyPx, textRowsInView, TEXT_ROW_PX } from '#lib/ui/run/text-geometry.ts'

describe('rows in view', () => {
  it.each([1, 30, 1000, 50_000_000])('reach from the first to the last of %i, a screenful at a time', (rows) => {
    const height = textBodyPx(rows)
    expect(height).toBeLessThanOrEqual(15_000_000)
    expect(textRowsInView(rows, 0, 600)).toMatchObject({ first: 0, top: 0 })
    expect(textRowsInView(rows, Math.max(0, height - 600), 600).end).toBe(rows)
    for (const part of [0, 0.3, 1]) {
      const view = textRowsInView(rows, part * Math.max(0, height - 600), 600)
      expect(view.end - view.first).toBeLessThan(100)
    }
  })
  it('stand where they are scrolled to', () => {
    const view = textRowsInView(1000, 500 * TEXT_ROW_PX, 600)
    expect(view.topPx).toBe(view.first * TEXT_ROW_PX)
  })
  it('are none of none', () => expect(textRowsInView(0, 0, 600)).toEqual({ first: 0, end: 0, top: 0, topPx: 0 }))
})
