/** Charts and inputs that two people change at the same moment: what they leave can always be read. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { writeLines } from '#lib/document/text-edits.ts'
import { readSettings, writeSettings } from '#lib/domain/cell-settings.ts'

type Settings = Record<string, unknown>
const NAMES = ['mark', 'x', 'y', 'options', 'facet', 'size']
const value = fc.oneof(fc.constantFrom('bar', 'line', '', '}{', '"},\n{'), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }), fc.record({ column: fc.string() }))
const settings: fc.Arbitrary<Settings> = fc.record(Object.fromEntries(NAMES.map((name) => [name, value])), { requiredKeys: ['mark', 'x'] })
const change: fc.Arbitrary<Settings> = fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.option(value, { nil: undefined })])), { requiredKeys: [] })

/** Both change the same text without knowing of each other, then hear of it. */
function together(text: string, ...chosen: Settings[]): string {
  const base = new Y.Doc()
  base.getText().insert(0, text)
  const docs = chosen.map((next) => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(base))
    writeLines(doc.getText(), writeSettings(next))
    return doc
  })
  const heard = docs.map((doc) => {
    for (const other of docs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
    return doc.getText().toString()
  })
  expect(new Set(heard).size).toBe(1)
  return heard[0]!
}

const known = (all: Settings | null): Settings => Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => name !== 'settings'))
const plain = (all: Settings): Settings => JSON.parse(JSON.stringify(all)) as Settings

describe('settings', () => {
  it('are read as they were written, each on its line', () => {
    fc.assert(fc.property(settings, (one) => {
      expect(known(readSettings(writeSettings(one)))).toEqual(plain(one))
    }))
  })

  it('of two people at once are each as its person chose it, and of what both chose one of the two', () => {
    fc.assert(fc.property(settings, change, change, (before, mine, theirs) => {
      const [a, b] = [{ ...before, ...mine }, { ...before, ...theirs }]
      const read = known(readSettings(together(writeSettings(before), a, b)))
      for (const name of NAMES) {
        const [was, one, other] = [before, a, b].map((all) => JSON.stringify(all[name]))
        const wanted = one === was ? [other] : other === was ? [one] : [one, other]
        expect(wanted, name).toContain(JSON.stringify(read[name]))
      }
    }), { numRuns: 500 })
  })

  it('that were in another form become those of one of the two', () => {
    fc.assert(fc.property(settings, settings, settings, (before, a, b) => {
      const read = known(readSettings(together(JSON.stringify(before), { ...a, at: 'a' }, { ...b, at: 'b' })))
      expect([{ ...plain(a), at: 'a' }, { ...plain(b), at: 'b' }]).toContainEqual(read)
    }))
  })

  it.each(['', '[]', 'null', '7', '{', '}{', '{"a":1'])('are not in %j', (text) => expect(readSettings(text)).toBeNull())
})
