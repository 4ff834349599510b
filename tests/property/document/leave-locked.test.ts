/**
 * What an editor did offline, without what it does to cells that an owner locked meanwhile. The judge is the plain way: join
 * all of it, and look away from the locked cells.
 */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeStructure, type StructureChange } from '#lib/document/change-structure.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { cellEntry, cellsOf, metaOf } from '#lib/document/keys.ts'
import { leaveLocked } from '#lib/document/leave-locked.ts'
import { lockCell, lockOf, unlockCell } from '#lib/document/lock-cell.ts'
import { cellText, readNotebook, readOutline } from '#lib/document/read-notebook.ts'
import { readWritten } from '#lib/document/read-written.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { setRowLimit } from '#lib/document/row-limit.ts'
import { setInputValue } from '#lib/document/set-input-value.ts'
import { touchesLocks } from '#lib/document/touches-locks.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { below, oneOf, seeded, type Random } from '../../support/chance.ts'

const ROUNDS = 300
const IDS = ['a', 'b', 'c', 'd', 'e'] as CellId[]
const MARK = { by: 'Eve', at: 1 }
const LOCK = { by: 'Olga', at: 2 }

function notebook(): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Delays', cells: IDS.map((id) => ({ id, kind: id === 'e' ? 'input' : 'python', source: `${id} = 1\n` })) })
  return doc
}
function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
const sentBy = (theirs: Y.Doc, doc: Y.Doc): Uint8Array => Y.encodeStateAsUpdate(theirs, Y.encodeStateVector(doc))
const touches = (doc: Y.Doc, update: Uint8Array): boolean => touchesLocks(doc, Y.decodeUpdate(update))
const type = (doc: Y.Doc, id: CellId, words: string): void => cellText(doc, id)?.insert(0, words)

/** Anything a page does. `word` is typed once at most in each text. */
function act(doc: Y.Doc, random: Random, word: string): void {
  const cells = readOutline(doc).map(({ id }) => id).filter((id) => lockOf(doc, id) === null)
  if (cells.length < 2) return
  const [some, other] = [oneOf(random, cells), oneOf(random, cells)]
  const text = cellText(doc, some)
  const change = (one: StructureChange): void => void changeStructure(doc, one, MARK)
  const kind = below(random, 13)
  if (kind < 4) text?.insert(below(random, text.length + 1), word)
  else if (kind === 4 && text !== null && text.length > 1) text.delete(below(random, text.length - 1), 2)
  else if (kind === 5) change({ do: 'move', ids: [some], place: oneOf(random, ['start', 'end', { after: other }, { before: other }] as const) })
  else if (kind === 6) change({ do: 'add', cells: [{ id: `new-${word}` as CellId, kind: 'sql', source: word }], place: { after: some } })
  else if (kind === 7) change({ do: 'bin', ids: [some] })
  else if (kind === 8) change({ do: 'kind', ids: [some], kind: oneOf(random, ['python', 'sql', 'markdown'] as const) })
  else if (kind === 9) change({ do: 'split', id: some, at: below(random, (text?.length ?? 0) + 1), newId: `half-${word}` as CellId })
  else if (kind === 10) change({ do: 'merge', into: some, parts: [{ id: other, joint: '\n' }] })
  else if (kind === 11) setInputValue(doc, 'e' as CellId, word)
  else if (below(random, 2) === 0) renameNotebook(doc, word)
  else setRowLimit(doc, [some], 10_000)
}

/** All there is outside of locked cells, and of those their place and value; `locked` are left out. Without what is `absent`. */
function free(doc: Y.Doc, locked: readonly string[], absent: readonly string[] = []): unknown {
  const all = Object.entries(cellsOf(doc).toJSON() as Record<string, Record<string, unknown>>)
  const cells = all.filter(([id]) => !absent.includes(id)).sort(([a], [b]) => (a < b ? -1 : 1))
  return [metaOf(doc).toJSON(), cells.map(([id, cell]) => [id, locked.includes(id) ? [cell.order, cell.value] : cell])]
}
function guarded(doc: Y.Doc, locked: readonly string[]): unknown {
  const cells = cellsOf(doc).toJSON() as Record<string, Record<string, unknown>>
  return locked.map((id) => Object.entries(cells[id] ?? {}).filter(([key]) => key !== 'order' && key !== 'value').sort(([a], [b]) => (a < b ? -1 : 1)))
}
/** Merged into a locked cell, if need be by way of others. */
function isMergedInto(doc: Y.Doc, id: string | undefined, locked: readonly string[]): boolean {
  const into = id === undefined ? undefined : cellEntry(doc, id)?.bin?.into
  return into !== undefined && (locked.includes(into) || isMergedInto(doc, into, locked))
}
const everything = (doc: Y.Doc): unknown => [metaOf(doc).toJSON(), cellsOf(doc).toJSON()]

describe('an hour offline, and an owner who locked cells meanwhile', () => {
  it(`${ROUNDS} times: what is outside of them is there once, beside what others wrote; they are as they were; and the words are aside`, () => {
    const random = seeded(20_261_127)
    let [refused, merged] = [0, 0]
    for (let round = 0; round < ROUNDS; round += 1) {
      const server = notebook()
      const [author, colleague] = [copyOf(server), copyOf(server)]
      for (let step = 0; step < 12; step += 1) {
        act(author, random, `<A${step}>`)
        act(colleague, random, `<C${step}>`)
      }
      Y.applyUpdate(server, Y.encodeStateAsUpdate(colleague))
      const locked = readOutline(server).map(({ id }) => id).filter(() => below(random, 4) === 0)
      for (const id of locked) lockCell(server, id, LOCK)
      const whole = copyOf(server)
      Y.applyUpdate(whole, Y.encodeStateAsUpdate(author))

      const update = sentBy(author, server)
      const { rest, left } = leaveLocked(server, update)
      const [closed, absent] = [[...new Set([...locked, ...left])], left.filter((id) => cellEntry(server, id) === null)]
      const before = guarded(server, closed)
      expect(touches(server, rest)).toBe(false)
      expect(left.length > 0).toBe(touches(server, update))
      if (left.length > 0) refused += 1
      const after = copyOf(server)
      for (const once of [rest, rest]) Y.applyUpdate(after, once)
      expect(after.store.pendingStructs).toBeNull()
      expect(guarded(after, closed)).toEqual(before)
      expect(free(after, closed, absent)).toEqual(free(whole, closed, absent))

      // Exactly what was changed is aside, and with the words of the author in it.
      const changed = locked.filter((id) => JSON.stringify(guarded(whole, [id])) !== JSON.stringify(guarded(server, [id])))
      expect(changed.filter((id) => !left.includes(id))).toEqual([])
      const others = left.filter((id) => !locked.includes(id))
      expect(others.filter((id) => !isMergedInto(author, id, locked))).toEqual([])
      expect(IDS.filter((id) => !closed.includes(id) && isMergedInto(author, id, locked))).toEqual([])
      if (others.length > 0) merged += 1
      for (const { id, source } of readWritten(author, new Set(left))) {
        const aside = readWritten(whole, new Set([id]))[0]?.source ?? ''
        for (const word of source.match(/<A\d+>/g) ?? []) expect(aside).toContain(word)
      }

      // A page that begins anew with it is served as ever, and the server sends back what it has.
      const again = copyOf(after)
      renameNotebook(again, 'Goes on')
      expect(touches(after, Y.encodeStateAsUpdate(again))).toBe(false)
      Y.applyUpdate(after, sentBy(again, after))
      expect(everything(after)).toEqual(everything(again))
      Y.applyUpdate(colleague, Y.encodeStateAsUpdate(after))
      expect(everything(colleague)).toEqual(everything(after))
    }
    expect(refused).toBeGreaterThan(ROUNDS / 4)
    expect(merged).toBeGreaterThan(ROUNDS / 20)
  })

  it('what comes a second time as it was, when the cells are open again, doubles nothing', () => {
    const random = seeded(7)
    for (let round = 0; round < 60; round += 1) {
      const server = notebook()
      const author = copyOf(server)
      for (let step = 0; step < 12; step += 1) act(author, random, `<A${step}>`)
      lockCell(server, 'b' as CellId, LOCK)
      const { rest, left } = leaveLocked(server, sentBy(author, server))
      Y.applyUpdate(server, rest)
      const once = free(server, ['b', ...left])
      unlockCell(server, 'b' as CellId)
      Y.applyUpdate(server, Y.encodeStateAsUpdate(author))
      expect(free(server, ['b', ...left])).toEqual(once)
    }
  })
})

describe('the edits of one who was offline', () => {
  it('are taken as they are where they touch no lock', () => {
    const server = notebook()
    const author = copyOf(server)
    type(author, 'a' as CellId, 'mine ')
    lockCell(server, 'b' as CellId, LOCK)
    const update = sentBy(author, server)
    expect(leaveLocked(server, update)).toEqual({ rest: update, left: [] })
  })

  it('keep the place of a locked cell, and the letters that were deleted outside of it', () => {
    const server = notebook()
    const author = copyOf(server)
    for (const id of ['a', 'b'] as CellId[]) cellText(author, id)?.delete(0, 4)
    changeStructure(author, { do: 'move', ids: ['b' as CellId], place: 'start' }, MARK)
    lockCell(server, 'b' as CellId, LOCK)
    const { rest, left } = leaveLocked(server, sentBy(author, server))
    Y.applyUpdate(server, rest)
    expect(left).toEqual(['b'])
    expect(readNotebook(server).cells.map(({ id, source }) => [id, source]).slice(0, 2)).toEqual([['b', 'b = 1\n'], ['a', '1\n']])
  })

  it('take no cell away that they merged into a locked one, also by way of another, and no words of a colleague in it', () => {
    const server = notebook()
    const author = copyOf(server)
    const [a, b, c, made] = ['a', 'b', 'c', 'made'] as [CellId, CellId, CellId, CellId]
    changeStructure(author, { do: 'add', cells: [{ id: made, kind: 'python', source: 'made = 1' }], place: { after: c } }, MARK)
    for (const [into, id] of [[c, made], [b, c], [a, b]] as const) changeStructure(author, { do: 'merge', into, parts: [{ id, joint: '\n' }] }, MARK)
    type(server, b, 'hers ')
    lockCell(server, a, LOCK)
    const { rest, left } = leaveLocked(server, sentBy(author, server))
    Y.applyUpdate(server, rest)
    expect(readNotebook(server).cells.map(({ source }) => source)).toEqual(['a = 1\n', 'hers b = 1\n', 'c = 1\n', 'd = 1\n', 'e = 1\n'])
    expect([...left].sort()).toEqual([a, b, c, made])
    expect(readWritten(author, new Set(left)).map(({ source }) => source)).toEqual(['a = 1\n\nb = 1\n\nc = 1\n\nmade = 1'])
  })

  it('have the words in both that they merged or split out of a locked cell', () => {
    const server = notebook()
    const author = copyOf(server)
    changeStructure(author, { do: 'merge', into: 'a' as CellId, parts: [{ id: 'b' as CellId, joint: '' }] }, MARK)
    changeStructure(author, { do: 'split', id: 'c' as CellId, at: 2, newId: 'half' as CellId }, MARK)
    for (const id of ['b', 'c'] as CellId[]) lockCell(server, id, LOCK)
    Y.applyUpdate(server, leaveLocked(server, sentBy(author, server)).rest)
    expect(readNotebook(server).cells.map(({ source }) => source)).toEqual(['a = 1\nb = 1\n', 'b = 1\n', 'c = 1\n', '= 1\n', 'd = 1\n', 'e = 1\n'])
  })

  it('lose a lock that they have no right to, and nothing else', () => {
    const server = notebook()
    const author = copyOf(server)
    lockCell(author, 'a' as CellId, MARK)
    type(author, 'a' as CellId, 'mine ')
    const { rest } = leaveLocked(server, sentBy(author, server))
    Y.applyUpdate(server, rest)
    expect([lockOf(server, 'a' as CellId), cellText(server, 'a' as CellId)?.toString()]).toEqual([null, 'mine a = 1\n'])
  })
})
