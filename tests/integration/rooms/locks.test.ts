/** Locked cells, with real sockets: what a page of an editor cannot do, a raw client cannot either. */
import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeKind } from '#lib/document/change-kind.ts'
import { cellsOf } from '#lib/document/keys.ts'
import { lockCell, lockOf, unlockCell } from '#lib/document/lock-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { cellText, readOutline } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { MESSAGE } from '#lib/domain/room.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { attackedRoom, updateOf } from '../../support/attacked-room.ts'
import { connectPeer, pause, syncMessage, until, type RawClient } from '../../support/room-client.ts'
import { CELL } from '../../support/room-notebook.ts'
import { startRoomServer } from '../../support/room-server.ts'
import { startProxy } from '../../support/tcp-proxy.ts'

const FREE = 'free' as CellId

const room = attackedRoom({ cells: [{ id: CELL, kind: 'python', source: 'x = 1' }, { id: FREE, kind: 'sql', source: 'select 1' }] })
let olga: Room
let bob: Room

const text = ({ doc }: Room, cell = CELL): string => cellText(doc, cell)?.toString() ?? '(gone)'
const refusals = (client: RawClient) => client.received.filter((one) => one.type === MESSAGE.refused).length
const audit = () => room.database.sql`select actor, action from audit where subject = ${room.notebookId}`

beforeEach(async () => {
  olga = await room.enter('olga', 'owner')
  bob = await room.enter('bob')
  lockCell(olga.doc, CELL, { by: 'Olga', at: 1 })
  await until(() => olga.status === 'saved' && lockOf(bob.doc, CELL) !== null, 'locked for both')
})

describe('a locked cell and the raw client of an editor', () => {
  it.each<[string, (doc: Y.Doc) => void]>([
    ['types in it', (doc) => cellText(doc, CELL)?.insert(0, 'evil')],
    ['changes its kind', (doc) => changeKind(doc, CELL, 'sql')],
    ['unlocks it', (doc) => unlockCell(doc, CELL)],
    ['removes it', (doc) => cellsOf(doc).delete(CELL)],
    ['locks another', (doc) => lockCell(doc, FREE, { by: 'Eve', at: 1 })],
  ])('that %s is refused, by update and by whole state: nothing is applied, stored or passed on, and an audit row says it', async (_name, change) => {
    const before = await room.storedHash()
    const seen = [olga, bob].map(({ doc }) => JSON.stringify(doc.toJSON()))
    for (const kind of ['update', 'step2'] as const) {
      const eve = await room.raw('eve', 'editor')
      eve.send(syncMessage(kind, updateOf(bob, change)))
      await until(() => refusals(eve) === 1, 'refused')
      expect(eve.received.at(-1)?.text).toMatch(/^cell-locked: A cell that you changed is locked/)
      // Nothing of this socket counts any more, whatever it is.
      eve.send(syncMessage('update', updateOf(bob, (doc) => cellText(doc, FREE)?.insert(0, 'later'))))
      await until(() => refusals(eve) === 2, 'refused again')
      expect(eve.received.some((one) => one.type === MESSAGE.saved && (one.count ?? 0) > 0)).toBe(false)
    }
    await pause(50)
    expect([olga, bob].map(({ doc }) => JSON.stringify(doc.toJSON()))).toEqual(seen)
    expect(await room.storedHash()).toBe(before)
    // A refusal is written down behind the answer.
    await until(async () => (await audit()).length >= 2, 'written down')
    const row = { actor: 'eve', action: 'notebook.edit-refused' }
    expect(await audit()).toEqual([row, row])
  })

  it('that moves it, types beside it or sends back all it got is served as ever', async () => {
    const eve = await room.raw('eve', 'editor')
    eve.send(syncMessage('step2', Y.encodeStateAsUpdate(bob.doc)))
    eve.send(syncMessage('update', updateOf(bob, (doc) => {
      moveCell(doc, CELL, 'end')
      cellText(doc, FREE)?.insert(0, '-- fine\n')
    })))
    await until(() => eve.received.some((one) => one.type === MESSAGE.saved && one.count === 2), 'saved')
    await until(() => text(bob, FREE) === '-- fine\nselect 1', 'seen')
    expect(readOutline(olga.doc).map((cell) => cell.id)).toEqual([FREE, CELL])
    expect([refusals(eve), await audit()]).toEqual([0, []])
  })
})

describe('a locked cell and people', () => {
  it('is written by owners, seen by all, and open again when an owner says so', async () => {
    cellText(olga.doc, CELL)?.insert(5, '0')
    await until(() => text(bob) === 'x = 10', 'Bob sees it')
    unlockCell(olga.doc, CELL)
    await until(() => lockOf(bob.doc, CELL) === null, 'unlocked')
    cellText(bob.doc, CELL)?.insert(6, '0')
    await until(() => text(olga) === 'x = 100' && bob.status === 'saved', 'Bob writes')
  })

  it('says so to an editor whose words came too late, keeps them here, and lets them go on after a fresh start', async () => {
    cellText(bob.doc, CELL)?.insert(0, 'too late ')
    await until(() => bob.stranded !== null, 'stranded')
    expect([bob.status, bob.canEdit, bob.unsaved]).toEqual(['refused', false, 1])
    expect(bob.stranded).toEqual({ message: expect.stringMatching(/locked/) as string, isForGood: true })
    expect([...bob.editedCells]).toEqual([CELL])
    expect(text(bob)).toBe('too late x = 1')
    const again = await room.enter('bob')
    cellText(again.doc, FREE)?.insert(0, '#')
    await until(() => text(olga, FREE) === '#select 1' && again.status === 'saved', 'goes on')
  })

  it('what an owner writes in it is told to others after its commit only, so that nobody else ever brings it back', async () => {
    const url = new URL(room.database.url)
    const proxy = await startProxy({ host: url.hostname, port: Number(url.port) })
    url.port = String(proxy.port)
    const apart = await startRoomServer({ databaseUrl: url.href, times: { beatMs: 300, idleMs: 30_000, recheckMs: 30_000 } })
    const { notebookId } = room
    const [owner, editor] = [connectPeer({ url: apart.url, notebookId, as: 'olga', role: 'owner' }), connectPeer({ url: apart.url, notebookId, as: 'bob' })]
    await until(() => owner.status === 'saved' && editor.status === 'saved', 'both in')
    proxy.cut()
    cellText(owner.doc, CELL)?.insert(0, '# mine\n')
    cellText(owner.doc, FREE)?.insert(0, '-- ours\n')
    await pause(300)
    expect(text(editor)).toBe('x = 1')
    proxy.mend()
    await until(() => text(editor) === '# mine\nx = 1' && text(editor, FREE) === '-- ours\nselect 1', 'told after the commit', 15_000)
    owner.close()
    editor.close()
    await apart.stop()
    await proxy.close()
  })
})
