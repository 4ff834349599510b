/** A delta of the shared text, as edits of the model, makes the model's text the shared text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { editsFrom } from '#lib/editor/bind-text.ts'

interface Point { lineNumber: number; column: number }
const pointAt = (text: string, offset: number): Point => {
  const before = text.slice(0, offset).split('\n')
  return { lineNumber: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
const offsetAt = (text: string, { lineNumber, column }: Point): number => text.split('\n').slice(0, lineNumber - 1).reduce((sum, line) => sum + line.length + 1, 0) + column - 1

class Range {
  startLineNumber: number
  startColumn: number
  endLineNumber: number
  endColumn: number
  constructor(from: Point, to: Point) {
    this.startLineNumber = from.lineNumber
    this.startColumn = from.column
    this.endLineNumber = to.lineNumber
    this.endColumn = to.column
  }
  static fromPositions = (from: Point, to: Point) => new Range(from, to)
}

/** Applies edits that all speak of the old text, as Monaco does. */
function apply(text: string, edits: ReturnType<typeof editsFrom>): string {
  const placed = edits.map(({ range, text: inserted }) => ({
    from: offsetAt(text, { lineNumber: range.startLineNumber, column: range.startColumn }),
    to: offsetAt(text, { lineNumber: range.endLineNumber, column: range.endColumn }), inserted: inserted ?? '',
  }))
  let next = ''
  let at = 0
  for (const { from, to, inserted } of placed) {
    expect(from).toBeGreaterThanOrEqual(at)
    next += text.slice(at, from) + inserted
    at = to
  }
  return next + text.slice(at)
}

const change = fc.record({ at: fc.nat(40), remove: fc.nat(6), insert: fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ø'), maxLength: 5 }) })

describe('edits from a delta', () => {
  it('lead from the old text to the new one, several changes in one transaction included', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('x', 'y', '\n'), maxLength: 30 }), fc.array(change, { minLength: 1, maxLength: 6 }), (start, changes) => {
      const doc = new Y.Doc()
      const text = doc.getText('t')
      text.insert(0, start)
      let model = start
      text.observe((event) => {
        const before = model
        model = apply(before, editsFrom({ Range } as never, { getPositionAt: (offset: number) => pointAt(before, offset) } as never, event.delta))
      })
      doc.transact(() => {
        for (const one of changes) {
          const at = Math.min(one.at, text.length)
          text.delete(at, Math.min(one.remove, text.length - at))
          text.insert(at, one.insert)
        }
      })
      expect(model).toBe(text.toString())
    }))
  })
})
