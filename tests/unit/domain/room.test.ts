/** Rights as they go over the wire, and the sentences when they change. */
import { describe, expect, it } from 'vitest'
import { NO_RIGHTS, readRights, writeRights, type RoomRights } from '#lib/domain/room.ts'
import { rightsSentence } from '#lib/ui/notebook/tell-rights.svelte.ts'

const rights = (canEdit: boolean, canLock: boolean, canRun: boolean): RoomRights => ({ canEdit, canLock, canRun })
const each = [false, true].flatMap((a) => [false, true].flatMap((b) => [false, true].map((c) => rights(a, b, c))))

describe('rights', () => {
  it.each(each)('%o come back from the wire as they were', (one) => expect(readRights(writeRights(one))).toEqual(one))

  it('that a newer server adds mean nothing here', () => expect(readRights(8 + 64)).toEqual(NO_RIGHTS))

  it('of an editor who becomes a viewer, a runner, an owner, and back, are told in words', () => {
    const [viewer, runner, editor, owner] = [rights(false, false, false), rights(false, false, true), rights(true, false, true), rights(true, true, true)]
    expect(rightsSentence(editor, viewer)).toMatch(/only read/)
    expect(rightsSentence(editor, runner)).toMatch(/run this notebook now, but not change it/)
    expect(rightsSentence(viewer, editor)).toMatch(/write/)
    expect(rightsSentence(viewer, runner)).toMatch(/can run/)
    expect(rightsSentence(runner, viewer)).toMatch(/only read/)
    expect([rightsSentence(editor, owner), rightsSentence(editor, editor)]).toEqual([null, null])
  })
})
