/** Cursors of others: a list that is the same is not drawn again; of those whose place is none, a page that threw at one would show nobody’s any more. */
import { expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import type { MonacoApi } from '#lib/editor/load-monaco.ts'
import { remoteCarets, type RemoteCaret } from '#lib/editor/remote-carets.ts'

const doc = new Y.Doc()
doc.clientID = 1
const text = doc.getMap('cells').set('source', new Y.Text('ab'))
const id = { client: 1, clock: 0 }
const collection = { set: () => {}, clear: () => {} }
const target = { getModel: () => ({}), createDecorationsCollection: () => collection, onDidChangeModelContent: () => ({ dispose: () => {} }) } as unknown as Parameters<typeof remoteCarets>[1]

it.each([null, 1, 'x', {}, { item: {} }, { item: { ...id, clock: -1 } }, { item: { ...id, clock: 0.5 } }, { type: id, tname: 'cells' }, { item: { ...id, clock: 99 } }])('%j is passed over', (place) => {
  const carets = remoteCarets({} as MonacoApi, target, text)
  expect(() => carets.show([{ clientId: 1, name: 'Mallory', color: '#0b6175', anchor: place, head: place }])).not.toThrow()
  carets.dispose()
})

it('the same list is drawn once, and drawn anew when somebody in it moves or the list is empty', () => {
  const drawn = vi.spyOn(collection, 'set')
  const carets = remoteCarets({} as MonacoApi, target, text)
  const [mallory, head] = [{ clientId: 1, name: 'Mallory', color: '#0b6175', anchor: null, head: null }, {}]
  const draws = (list: RemoteCaret[]): number => {
    drawn.mockClear()
    carets.show(list)
    return drawn.mock.calls.length
  }
  expect([[], [mallory], [{ ...mallory }], [{ ...mallory, head }], [{ ...mallory, head }], [{ ...mallory, head }, { ...mallory, clientId: 2 }], [], []].map(draws)).toEqual([0, 1, 0, 1, 0, 1, 1, 0])
  carets.dispose()
})
