/** Where this person's split or merge put a thread is known until the server knows it, also by the next page. */
import { describe, expect, it } from 'vitest'
import type { CommentThread } from '#lib/domain/comment.ts'
import type { CellId, ThreadId } from '#lib/domain/ids.ts'
import { MovedThreads, type MovedPlace } from '#lib/ui/comment/moved-threads.ts'

const thread = (id: string, cellId: string) => ({ id: id as ThreadId, cellId: cellId as CellId, anchor: { kind: 'text', start: 1, end: 2 } }) as CommentThread
const place = (cellId: string): MovedPlace => ({ cellId: cellId as CellId, anchor: { kind: 'text', start: 3, end: 4 } })

function browser(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) }
}

describe('a moved thread', () => {
  it('stands where its text is, also after a reload, and in no other notebook', () => {
    const store = browser()
    new MovedThreads('one', store).keep('t' as ThreadId, place('b'))
    const again = new MovedThreads('one', store)
    expect(again.applyTo([thread('t', 'a'), thread('u', 'a')])).toEqual([{ ...thread('t', 'a'), ...place('b') }, thread('u', 'a')])
    expect(new MovedThreads('two', store).all).toEqual([])
  })

  it('is the server’s again once it was told, unless it has gone on meanwhile', () => {
    const store = browser()
    const moved = new MovedThreads('one', store)
    const first = place('b')
    moved.keep('t' as ThreadId, first)
    moved.keep('t' as ThreadId, place('c'))
    moved.settle('t' as ThreadId, first)
    expect(moved.applyTo([thread('t', 'b')])).toEqual([{ ...thread('t', 'b'), ...place('c') }])
    moved.settle('t' as ThreadId, moved.all[0]![1])
    expect(moved.all).toEqual([])
    expect(new MovedThreads('one', store).all).toEqual([])
  })

  it.each([['no store', null], ['one that is forbidden', { getItem: () => 'no json', setItem: () => { throw new Error('full') }, removeItem: () => { throw new Error('full') } }]])('is known while the page is open with %s', (_name, store) => {
    const moved = new MovedThreads('one', store)
    moved.keep('t' as ThreadId, place('b'))
    expect(moved.all).toHaveLength(1)
  })
})
