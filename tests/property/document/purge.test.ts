/**
 * L11: one deletes cells for good while another, who does not know, brings some of them back, deletes them again or types
 * in them. Only what the second left as the first saw it is gone; every live cell and every word beyond that is there.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { emptyBin } from '#lib/document/empty-bin.ts'
import { purgeCells } from '#lib/document/purge-cell.ts'
import { readBin } from '#lib/document/read-bin.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { restoreCell } from '#lib/document/restore-cell.ts'
import { BIN_KEEPS_MS, PURGED_KEEPS_MS } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'

const IDS = ['a', 'b', 'c', 'd'] as CellId[]
const id = fc.constantFrom(...IDS)
const script = fc.record({
  binned: fc.uniqueArray(id),
  purged: fc.uniqueArray(id),
  acts: fc.array(fc.record({ do: fc.constantFrom('type', 'restore', 'bin'), id }), { maxLength: 8 }),
  isSeenByServer: fc.boolean(),
  hasBothPurged: fc.boolean(),
})

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
const merge = (one: Y.Doc, other: Y.Doc): void => {
  for (const [from, to] of [[one, other], [other, one]] as const) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)))
}
const live = (doc: Y.Doc) => readNotebook(doc).cells.map(({ id, source }) => `${id}:${source}`)
const bin = (doc: Y.Doc) => readBin(doc).map(({ id, source }) => `${id}:${source}`).sort()

describe('L11 cells deleted for good', () => {
  it('are gone where nobody touched them meanwhile, and nothing else is', () => {
    fc.assert(fc.property(script, ({ binned, purged, acts, isSeenByServer, hasBothPurged }) => {
      const ada = new Y.Doc()
      createNotebook(ada, { title: 'Delays', cells: IDS.map((one) => ({ id: one, kind: 'python', source: `text of ${one}` })) })
      let now = 1000
      for (const one of binned) removeCell(ada, one, { by: 'Ada', at: (now += 1) })
      if (isSeenByServer) emptyBin(ada, now)
      const bob = copyOf(ada)
      if (hasBothPurged) purgeCells(bob, readBin(bob).filter((cell) => cell.id === purged[0]))

      const gone = purgeCells(ada, readBin(ada).filter((cell) => purged.includes(cell.id)))
      expect(gone.sort()).toEqual(purged.filter((one) => binned.includes(one)).sort())
      const touched = new Set<string>()
      for (const act of acts) {
        const isBinned = readBin(bob).some((cell) => cell.id === act.id)
        const isLive = readNotebook(bob).cells.some((cell) => cell.id === act.id)
        if (!isBinned && !isLive) continue
        if (act.do === 'type') cellText(bob, act.id)?.insert(0, 'typed ')
        else if (act.do === 'restore' && isBinned) restoreCell(bob, act.id)
        else if (act.do === 'bin' && isLive) removeCell(bob, act.id, { by: 'Ada', at: (now += 1) })
        else continue
        touched.add(act.id)
      }
      const [liveThen, binThen] = [live(bob), readBin(bob)]
      merge(ada, bob)
      const left = binThen.filter((cell) => touched.has(cell.id) || !gone.includes(cell.id)).map((cell) => `${cell.id}:${cell.source}`).sort()
      for (const doc of [ada, bob]) expect([live(doc), bin(doc)]).toEqual([liveThen, left])

      // The server takes the text of those that are gone a day after it saw that, and of nothing else.
      emptyBin(ada, now)
      emptyBin(ada, now + PURGED_KEEPS_MS - 1)
      expect(IDS.every((one) => cellText(ada, one) !== null)).toBe(true)
      emptyBin(ada, now + PURGED_KEEPS_MS)
      expect([live(ada), bin(ada)]).toEqual([liveThen, left])
      expect(IDS.filter((one) => cellText(ada, one) !== null)).toHaveLength(liveThen.length + left.length)
      emptyBin(ada, now + BIN_KEEPS_MS)
      expect([live(ada), bin(ada)]).toEqual([liveThen, []])
    }), { numRuns: 500 })
  })
})
