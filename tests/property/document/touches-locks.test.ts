/**
 * Locks hold: whether an update touches what only owners may change is told before it is applied. The judge is the
 * plain way: apply it to a copy and compare what is locked.
 */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeKind } from '#lib/document/change-kind.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { cellEntry, cellsOf } from '#lib/document/keys.ts'
import { lockCell, lockOf, unlockCell } from '#lib/document/lock-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { cellText, readOutline } from '#lib/document/read-notebook.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { touchesLocks } from '#lib/document/touches-locks.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { applyUpdate } from '#server/rooms/apply-update.ts'
import { below, damage, oneOf, seeded, type Random } from '../../support/chance.ts'

const id = (text: string) => text as CellId
const LOCKED = id('locked')
const FREE = id('free')
const DAMAGED = 8_000
const MARK = { by: 'Olga', at: 1 }

function notebook(): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Delays', cells: [{ id: LOCKED, kind: 'python', source: 'x = 1' }, { id: FREE, kind: 'sql', source: 'select 1' }, { id: id('old'), kind: 'sql', source: 'old' }] })
  cellsOf(doc).delete('old')
  lockCell(doc, LOCKED, MARK)
  return doc
}
const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
/** What an editor's browser would send after `change`: the change alone, and the whole state as after a reconnect. */
function sent(doc: Y.Doc, change: (doc: Y.Doc) => void): Uint8Array[] {
  const theirs = copyOf(doc)
  const changes: Uint8Array[] = []
  theirs.on('update', (update: Uint8Array) => changes.push(update))
  change(theirs)
  return [changes.length === 0 ? new Uint8Array([0, 0]) : Y.mergeUpdates(changes), Y.encodeStateAsUpdate(theirs, Y.encodeStateVector(doc)), Y.encodeStateAsUpdate(theirs)]
}
const touches = (doc: Y.Doc, update: Uint8Array): boolean => touchesLocks(doc, Y.decodeUpdate(update))
const entryOf = (doc: Y.Doc, cell: CellId) => cellEntry(doc, cell)?.map

/** Everything that an editor must not be able to change, as text. */
function guarded(doc: Y.Doc, lockedBefore: string[]): string {
  const locks = [...cellsOf(doc).keys()].filter((key) => isLocked(doc, key)).sort()
  const cells = lockedBefore.map((key) => {
    const map = cellsOf(doc).get(key)
    if (!(map instanceof Y.Map)) return String(map)
    const values = Object.entries(map.toJSON()).filter(([name]) => name !== 'order').sort(([a], [b]) => (a < b ? -1 : 1))
    return [map._item?.id.client, map._item?.id.clock, values]
  })
  return JSON.stringify([locks, cells])
}
const isLocked = (doc: Y.Doc, key: string): boolean => {
  const map = cellsOf(doc).get(key)
  return map instanceof Y.Map && typeof map.get('lock') === 'object' && map.get('lock') !== null
}
const lockedIds = (doc: Y.Doc): string[] => [...cellsOf(doc).keys()].filter((key) => isLocked(doc, key))

describe('what an editor may not do', () => {
  it.each<[string, (doc: Y.Doc) => void]>([
    ['type into a locked cell', (doc) => cellText(doc, LOCKED)?.insert(1, 'evil')],
    ['type into an emptied text of it', (doc) => cellText(doc, LOCKED)?.insert(5, 'evil')],
    ['delete from it', (doc) => cellText(doc, LOCKED)?.delete(0, 1)],
    ['delete all of it', (doc) => cellText(doc, LOCKED)?.delete(0, 5)],
    ['format it', (doc) => cellText(doc, LOCKED)?.format(0, 3, { bold: true })],
    ['embed in it', (doc) => cellText(doc, LOCKED)?.insertEmbed(2, new Y.Map())],
    ['change its kind', (doc) => changeKind(doc, LOCKED, 'sql')],
    ['put it into the bin', (doc) => entryOf(doc, LOCKED)?.set('bin', MARK)],
    ['give it another source', (doc) => entryOf(doc, LOCKED)?.set('source', new Y.Text('evil'))],
    ['drop its source', (doc) => entryOf(doc, LOCKED)?.delete('source')],
    ['unlock it', (doc) => unlockCell(doc, LOCKED)],
    ['lock it anew', (doc) => entryOf(doc, LOCKED)?.set('lock', { by: 'Eve', at: 2 })],
    ['remove it', (doc) => cellsOf(doc).delete(LOCKED)],
    ['replace it', (doc) => {
      cellsOf(doc).delete(LOCKED)
      insertCell(doc, { id: LOCKED, kind: 'python', source: 'evil' }, 'end')
    }],
    ['lay another over it', (doc) => cellsOf(doc).set(LOCKED, new Y.Map())],
    ['hide it under something else', (doc) => cellsOf(doc).set(LOCKED, 'gone')],
    ['lock another cell', (doc) => lockCell(doc, FREE, MARK)],
    ['add a cell that is locked', (doc) => {
      insertCell(doc, { id: id('new'), kind: 'python', source: '' }, 'end')
      lockCell(doc, id('new'), MARK)
    }],
    ['do it among things that are allowed', (doc) => {
      cellText(doc, FREE)?.insert(0, 'fine')
      moveCell(doc, LOCKED, 'end')
      cellText(doc, LOCKED)?.insert(0, 'evil')
      renameNotebook(doc, 'Fine')
    }],
  ])('%s', (_name, change) => {
    const doc = notebook()
    for (const update of sent(doc, change)) expect(touches(doc, update)).toBe(true)
  })

  it('set a lock where one was taken off', () => {
    const doc = notebook()
    unlockCell(doc, LOCKED)
    for (const update of sent(doc, (theirs) => lockCell(theirs, LOCKED, MARK))) expect(touches(doc, update)).toBe(true)
    for (const update of sent(doc, (theirs) => cellText(theirs, LOCKED)?.insert(0, 'open again'))) expect(touches(doc, update)).toBe(false)
  })

  it('send what was typed offline before the lock', () => {
    const doc = notebook()
    unlockCell(doc, LOCKED)
    const theirs = copyOf(doc)
    cellText(theirs, LOCKED)?.insert(0, 'typed at sea')
    lockCell(doc, LOCKED, MARK)
    expect(touches(doc, Y.encodeStateAsUpdate(theirs, Y.encodeStateVector(doc)))).toBe(true)
  })

  it('slip a piece in as the continuation of one that is there', () => {
    const doc = notebook()
    cellText(doc, FREE)?.insert(0, 'free text')
    const eve = copyOf(doc)
    eve.clientID = 77
    unlockCell(eve, LOCKED)
    cellText(eve, LOCKED)?.insert(5, 'ab')
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(eve))
    lockCell(doc, LOCKED, MARK)
    // The same client and clocks again, longer, and said to stand in the open cell.
    const forged = copyOf(notebook())
    const before = doc.store.clients.get(77)?.findLast((struct) => struct instanceof Y.Item && struct.content instanceof Y.ContentString)
    const text = cellText(doc, FREE)
    if (before === undefined || text === null) throw new Error('The forgery has nothing to begin with.')
    const item = new Y.Item(before.id, null, null, null, null, text, null, new Y.ContentString('ab and more'))
    expect(touchesLocks(doc, { structs: [item], ds: Y.decodeUpdate(Y.encodeStateAsUpdate(forged)).ds })).toBe(true)
  })
})

describe('what an editor may do beside a locked cell', () => {
  it.each<[string, (doc: Y.Doc) => void]>([
    ['nothing', () => undefined],
    ['type elsewhere', (doc) => cellText(doc, FREE)?.insert(3, 'more')],
    ['delete elsewhere', (doc) => cellText(doc, FREE)?.delete(0, 4)],
    ['move it', (doc) => moveCell(doc, LOCKED, 'end')],
    ['move others past it', (doc) => moveCell(doc, FREE, 'start')],
    ['add cells beside it', (doc) => insertCell(doc, { id: id('new'), kind: 'python', source: 'new' }, { after: LOCKED })],
    ['remove others', (doc) => cellsOf(doc).delete(FREE)],
    ['bring a removed one back', (doc) => insertCell(doc, { id: id('old'), kind: 'sql', source: 'old' }, 'end')],
    ['change the kind of others', (doc) => changeKind(doc, FREE, 'python')],
    ['put others into the bin', (doc) => entryOf(doc, FREE)?.set('bin', MARK)],
    ['rename the notebook', (doc) => renameNotebook(doc, 'Arrivals')],
  ])('%s', (_name, change) => {
    const doc = notebook()
    for (const update of sent(doc, change)) expect(touches(doc, update)).toBe(false)
  })

  it('send the whole state again, with every deletion there ever was', () => {
    const doc = notebook()
    cellText(doc, LOCKED)?.delete(0, 2)
    unlockCell(doc, LOCKED)
    lockCell(doc, LOCKED, MARK)
    expect(touches(doc, Y.encodeStateAsUpdate(copyOf(doc)))).toBe(false)
  })

  it('hand on a long text that another typed at random places', () => {
    const doc = notebook()
    const random = seeded(5)
    const [first, second] = [copyOf(doc), copyOf(doc)]
    for (let i = 0; i < 20_000; i += 1) cellText(first, FREE)?.insert(below(random, cellText(first, FREE)!.length), 'x')
    Y.applyUpdate(second, Y.encodeStateAsUpdate(first))
    cellText(second, FREE)?.insert(cellText(second, FREE)!.length, 'end')
    const began = performance.now()
    expect(touches(doc, Y.encodeStateAsUpdate(second))).toBe(false)
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})

/** Anything a page can do, on cells locked and not. */
function actSomehow(doc: Y.Doc, random: Random, step: number): void {
  const cells = readOutline(doc).map((cell) => cell.id)
  const some = oneOf(random, cells)
  const text = cellText(doc, some)
  const kind = below(random, 12)
  if (kind < 4) text?.insert(below(random, text.length + 1), 'ab')
  else if (kind < 6 && text !== null && text.length > 0) text.delete(below(random, text.length), 1)
  else if (kind === 6) moveCell(doc, some, oneOf(random, ['start', 'end', { after: oneOf(random, cells) }] as const))
  else if (kind === 7) changeKind(doc, some, oneOf(random, ['python', 'sql', 'markdown'] as const))
  else if (kind === 8) insertCell(doc, { id: id(`c${step}`), kind: 'sql', source: 'new' }, { after: some })
  else if (kind === 9 && cells.length > 3) cellsOf(doc).delete(some)
  else if (kind === 10) lockCell(doc, some, MARK)
  else entryOf(doc, some)?.set('bin', MARK)
}

describe('fuzz against the oracle', () => {
  it('1 000 honest updates from people who lag behind: what changes anything locked is seen, and what is not refused changed nothing', () => {
    const random = seeded(20_261_125)
    const seen = { refused: 0, allowed: 0, changed: 0 }
    for (let round = 0; round < 50; round += 1) {
      const doc = notebook()
      const people = [copyOf(doc), copyOf(doc)]
      for (let step = 0; step < 20; step += 1) {
        let one = oneOf(random, people)
        for (let acts = below(random, 3); acts >= 0; acts -= 1) actSomehow(one, random, round * 100 + step)
        const update = below(random, 2) === 0 ? Y.encodeStateAsUpdate(one, Y.encodeStateVector(doc)) : Y.encodeStateAsUpdate(one)
        const lockedBefore = lockedIds(doc)
        const before = guarded(doc, lockedBefore)
        const isRefused = touches(doc, update)
        const result = copyOf(doc)
        Y.applyUpdate(result, update)
        const isChanged = guarded(result, lockedBefore) !== before
        if (isChanged) expect(isRefused).toBe(true)
        seen[isRefused ? 'refused' : 'allowed'] += 1
        if (isChanged) seen.changed += 1
        if (isRefused) {
          // An owner may: half of the time it happens, else they start again from what is there.
          if (below(random, 2) === 0) Y.applyUpdate(doc, update)
          else people[people.indexOf(one)] = one = copyOf(doc)
        } else Y.applyUpdate(doc, update)
        if (below(random, 3) === 0) Y.applyUpdate(one, Y.encodeStateAsUpdate(doc))
      }
    }
    expect(seen.allowed).toBeGreaterThan(100)
    expect(seen.changed).toBeGreaterThan(100)
  })

  it('honest work on open cells is never refused', () => {
    const random = seeded(3)
    for (let round = 0; round < 40; round += 1) {
      const doc = notebook()
      const theirs = copyOf(doc)
      for (let step = 0; step < 15; step += 1) {
        const text = cellText(theirs, FREE)
        text?.insert(below(random, text.length + 1), 'ab')
        if (step % 3 === 0) text?.delete(below(random, text.length), 1)
        if (step % 4 === 0) moveCell(theirs, LOCKED, oneOf(random, ['start', 'end'] as const))
        if (step % 5 === 0) insertCell(theirs, { id: id(`n${step}`), kind: 'sql', source: '' }, oneOf(random, ['start', { after: LOCKED }] as const))
        // The owner goes on in the locked cell meanwhile.
        cellText(doc, LOCKED)?.insert(0, 'y')
        const update = Y.encodeStateAsUpdate(theirs)
        expect(touches(doc, update)).toBe(false)
        if (step % 2 === 0) Y.applyUpdate(doc, update)
        if (step % 3 === 0) Y.applyUpdate(theirs, Y.encodeStateAsUpdate(doc))
      }
    }
  })

  it(`${DAMAGED} damaged updates: none that is let through changes anything locked`, () => {
    const random = seeded(41)
    const doc = notebook()
    const theirs = copyOf(doc)
    // Each with the document that has everything before it, so that a damaged one still finds what it builds on.
    const cases: { state: Uint8Array; update: Uint8Array }[] = []
    theirs.on('update', (update: Uint8Array) => {
      cases.push({ state: Y.encodeStateAsUpdate(doc), update })
      Y.applyUpdate(doc, update)
    })
    for (let step = 0; step < 60; step += 1) actSomehow(theirs, random, step)
    const seen = { applied: 0, forbidden: 0 }
    for (let i = 0; i < DAMAGED; i += 1) {
      const { state, update } = oneOf(random, cases)
      const copy = new Y.Doc()
      Y.applyUpdate(copy, state)
      const lockedBefore = lockedIds(copy)
      const before = guarded(copy, lockedBefore)
      const done = applyUpdate(copy, i % 2 === 0 ? damage(update, random) : flip(update, random), (decoded) => !touchesLocks(copy, decoded))
      if (done.kind === 'applied' && done.changes.length > 0) seen.applied += 1
      if (done.kind === 'forbidden') seen.forbidden += 1
      if (done.kind !== 'broken') expect(guarded(copy, lockedBefore)).toBe(before)
    }
    expect(seen.applied).toBeGreaterThan(100)
    expect(seen.forbidden).toBeGreaterThan(100)
  })
})

function flip(update: Uint8Array, random: Random): Uint8Array {
  const copy = update.slice()
  const at = below(random, copy.length)
  copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8))
  return copy
}

describe('a lock', () => {
  it('says who set it, stays as it was when set again, and goes', () => {
    const doc = notebook()
    lockCell(doc, LOCKED, { by: 'Otto', at: 9 })
    expect(lockOf(doc, LOCKED)).toEqual(MARK)
    unlockCell(doc, LOCKED)
    expect([lockOf(doc, LOCKED), lockOf(doc, id('none'))]).toEqual([null, null])
  })
})
