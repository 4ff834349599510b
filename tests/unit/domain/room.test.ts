/** Rights as they go over the wire, and the sentences when they change; places in a text. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { Role } from '#lib/domain/member.ts'
import { isTextPosition, NO_RIGHTS, readRights, rightsOf, writeRights, type RoomRights } from '#lib/domain/room.ts'
import { rightsSentence } from '#lib/ui/notebook/tell-rights.svelte.ts'

const BITS = 6
const each = Array.from({ length: 2 ** BITS }, (_, sum) => sum)
const of = (role: Role) => rightsOf(role, false)

describe('rights', () => {
  it('come back from the wire as they were, whatever they are', () => expect(each.map((sum) => writeRights(readRights(sum)))).toEqual(each))

  it('that a newer server adds mean nothing here', () => expect(readRights(2 ** BITS + 2 ** (BITS + 3))).toEqual(NO_RIGHTS))

  it.each<[Role, (keyof RoomRights)[]]>([
    ['owner', ['canEdit', 'canLock', 'canRun', 'canComment', 'canShare', 'canSchedule']], ['editor', ['canEdit', 'canRun', 'canComment', 'canShare', 'canSchedule']],
    ['runner', ['canRun', 'canComment']], ['commenter', ['canComment']], ['viewer', []],
  ])('of a %s are %j, and none in the trash', (role, names) => {
    expect(Object.entries(of(role)).flatMap(([name, has]) => (has ? [name] : []))).toEqual(names)
    expect(rightsOf(role, true)).toEqual(NO_RIGHTS)
  })

  it('of somebody whose role changes are told in words that are true', () => {
    const [viewer, commenter, runner, editor, owner] = [of('viewer'), of('commenter'), of('runner'), of('editor'), of('owner')]
    expect(rightsSentence(editor, viewer)).toMatch(/only read/)
    expect(rightsSentence(editor, commenter)).toMatch(/read this notebook and comment on it/)
    expect(rightsSentence(editor, runner)).toMatch(/run this notebook now, but not change it/)
    expect(rightsSentence(viewer, editor)).toMatch(/write/)
    expect(rightsSentence(viewer, runner)).toMatch(/can run/)
    expect(rightsSentence(viewer, commenter)).toMatch(/comment on it/)
    expect(rightsSentence(runner, commenter)).toMatch(/comment on it/)
    expect(rightsSentence(runner, viewer)).toMatch(/only read/)
    expect(rightsSentence(commenter, viewer)).toMatch(/only read/)
    expect([rightsSentence(editor, owner), rightsSentence(editor, editor)]).toEqual([null, null])
  })
})

describe('a place in a text', () => {
  const text = new Y.Doc().getMap('cells').set('source', new Y.Text('ab'))

  it.each([[0, 0], [1, 0], [2, 0], [0, -1], [2, -1]])('is what Yjs makes of %i, held on the side %i', (index, side) => {
    const json: unknown = JSON.parse(JSON.stringify(Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index, side))))
    expect(isTextPosition(json)).toBe(true)
  })

  it.each([
    null, 1, 'x', {}, { assoc: 0 }, { item: null }, { item: {} }, { item: 7 }, { item: { client: '1', clock: 0 } }, { item: { client: 1, clock: -1 } }, { type: { client: 1, clock: 0.5 } },
    { tname: 'cells' }, { tname: 'cells', item: { client: 1, clock: 0 } }, { item: { client: 1, clock: 0 }, type: {} }, { item: { client: 1, clock: 0 }, assoc: 'x' },
  ])('is not %j', (value) => expect(isTextPosition(value)).toBe(false))
})
