/** Where this person's split or merge put a thread is known until the server knows it, also by the next page. */
import { describe, expect, it } from 'vitest'
import type { CommentThread } from '#lib/domain/comment.ts'
import type { CellId, ThreadId } from '#lib/domain/ids.ts'
import { MovedThreads, type MovedPlace } from '#lib/ui/comment/moved-threads.ts'

const thread = (id: string, cellId: string) => ({ id: id as ThreadId, cellId: cellId as CellId, anchor: { kind: 'text', start: 1, end: 2 } }) as CommentThread
const place = (cellId: string): MovedPlace => ({ cellId: cellId as CellId, anchor: { kind: 'text', start: 3, end: 4 } })

const ONE = { notebookId: 'one', person: 'ada' }

function browser(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) }
}

describe('a moved thread', () => {
  it('stands where its text is, also after a reload, and in no other notebook', () => {
    const store = browser()
    new MovedThreads(ONE, store).keep('t' as ThreadId, place('b'))
    const again = new MovedThreads(ONE, store)
    expect(again.applyTo([thread('t', 'a'), thread('u', 'a')])).toEqual([{ ...thread('t', 'a'), ...place('b') }, thread('u', 'a')])
    expect(new MovedThreads({ ...ONE, notebookId: 'two' }, store).all).toEqual([])
  })

  it('is its person’s alone where several sign in by one browser: not shown to the next, not sent by them, not lost by them', () => {
    const store = browser()
    const BOB = { ...ONE, person: 'bob' }
    new MovedThreads(ONE, store).keep('t' as ThreadId, place('b'))
    const bob = new MovedThreads(BOB, store)
    expect([bob.all, bob.applyTo([thread('t', 'a')])]).toEqual([[], [thread('t', 'a')]])
    bob.keep('t' as ThreadId, place('c'))
    bob.settle('t' as ThreadId, bob.all[0]![1])
    expect(new MovedThreads(ONE, store).all).toEqual([['t', place('b')]])
    expect(new MovedThreads(BOB, store).all).toEqual([])
  })

  it('is the server’s again once it was told, unless it has gone on meanwhile', () => {
    const store = browser()
    const moved = new MovedThreads(ONE, store)
    const first = place('b')
    moved.keep('t' as ThreadId, first)
    moved.keep('t' as ThreadId, place('c'))
    moved.settle('t' as ThreadId, first)
    expect(moved.applyTo([thread('t', 'b')])).toEqual([{ ...thread('t', 'b'), ...place('c') }])
    moved.settle('t' as ThreadId, moved.all[0]![1])
    expect(moved.all).toEqual([])
    expect(new MovedThreads(ONE, store).all).toEqual([])
  })

  it.each([['no store', null], ['one that is forbidden', { getItem: () => 'no json', setItem: () => { throw new Error('full') }, removeItem: () => { throw new Error('full') } }]])('is known while the page is open with %s', (_name, store) => {
    const moved = new MovedThreads(ONE, store)
    moved.keep('t' as ThreadId, place('b'))
    expect(moved.all).toHaveLength(1)
  })
})
