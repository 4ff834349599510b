/** What goes between web processes ahead of its commit: who hears when it must read, and what it must commit itself. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHeardUpdates, type Heard } from '#server/rooms/heard-updates.ts'
import type { LoggedRows } from '#server/notebooks/document-store.ts'
import { LINE_BYTES } from '#server/rooms/mailbox.ts'
import type { Room } from '#server/rooms/room.ts'
import { createSentUpdates } from '#server/rooms/sent-updates.ts'
import { createUpdateRelay, LOG_CHANNEL } from '#server/rooms/update-relay.ts'

const heard = (stream: string, seq: number, more: Partial<Heard> = {}): Heard => ({
  stream, seq, changes: [{ update: Uint8Array.of(seq), userId: stream }], touches: new Set([seq]), isWhole: true, at: seq, ...more,
})
const all = (from: number, to: number) => ({ from, to })

describe('what a room sent ahead', () => {
  it('is told by number after each commit, with whether there was more; what was committed for others is not counted', () => {
    const sent = createSentUpdates()
    expect(sent.next).toBe(1)
    sent.note(1, true)
    sent.note(2, false)
    sent.note(5, true)
    expect(sent.next).toBe(3)
    expect(sent.committed(1)).toEqual({ from: 1, to: 1, isAllSent: true, rows: 1 })
    expect(sent.committed(4)).toEqual({ from: 2, to: 1, isAllSent: false, rows: 1 })
    expect(sent.committed(5)).toEqual({ from: 2, to: 2, isAllSent: true, rows: 1 })
    expect(sent.committed(9)).toEqual({ from: 3, to: 2, isAllSent: true, rows: 0 })
  })
})

describe('what a room heard ahead', () => {
  it('waits until its sender says that it is committed', () => {
    const room = createHeardUpdates()
    room.hear(heard('a', 1))
    room.hear(heard('b', 1))
    room.hear(heard('a', 2))
    expect(room.committed('a', all(1, 1))).toBe(true)
    expect(room.oldestAt).toBe(1)
    expect(room.take().map(({ update, userId }) => `${userId}${update[0]}`)).toEqual(['b1', 'a2'])
    expect([room.isEmpty, room.oldestAt, room.take()]).toEqual([true, null, []])
    expect(room.committed('a', all(2, 2))).toBe(true)
  })

  it.each<[string, Heard[], [number, number]]>([
    ['never came', [], [1, 1]],
    ['was sent before we were known', [heard('a', 3)], [2, 3]],
    ['was lost on the way', [heard('a', 1), heard('a', 3)], [1, 3]],
    ['is yet to come', [heard('a', 1)], [1, 2]],
    ['did not fit', [heard('a', 1, { isWhole: false, changes: [] })], [1, 1]],
    ['fitted in part', [heard('a', 1), heard('a', 2, { isWhole: false })], [1, 2]],
    ['is of the same room loaded anew', [heard('a', 1)], [2, 2]],
  ])('means reading when one %s', (_why, came, [from, to]) => {
    const room = createHeardUpdates()
    came.forEach((one) => room.hear(one))
    expect(room.committed('a', all(from, to))).toBe(false)
    expect(room.isEmpty).toBe(true)
  })

  it('is needed by who builds upon it, or deletes the same', () => {
    const room = createHeardUpdates()
    room.hear(heard('a', 1, { touches: new Set([7, 8]) }))
    expect([room.isNeededBy(new Set([9])), room.isNeededBy(new Set([9, 8]))]).toEqual([false, true])
    room.committed('a', all(1, 1))
    expect(room.isNeededBy(new Set([8]))).toBe(false)
  })

  it('needs no reading again behind a hole', () => {
    const room = createHeardUpdates()
    for (const seq of [1, 3, 4]) room.hear(heard('a', seq))
    expect([room.committed('a', all(1, 3)), room.committed('a', all(4, 4))]).toEqual([false, true])
  })

  it('F1 whatever is lost or late: what is in the document is committed by the sender, or waits, or was taken to be committed by us', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), isLost: fc.boolean(), isSent: fc.boolean() }),
      fc.record({ kind: fc.constant('commit' as const), upTo: fc.nat(40), isLost: fc.boolean() }),
      fc.record({ kind: fc.constant('take' as const) }),
    )
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [sent, room] = [createSentUpdates(), createHeardUpdates()]
      const [inDocument, taken] = [new Set<number>(), new Set<number>()]
      let [position, committed] = [0, 0]
      for (const one of steps) {
        if (one.kind === 'send') {
          position += 1
          if (one.isSent && !one.isLost) {
            room.hear({ stream: 'a', seq: sent.next, changes: [{ update: Uint8Array.of(position), userId: null }], touches: new Set(), isWhole: true, at: 0 })
            inDocument.add(position)
          }
          sent.note(position, one.isSent)
        } else if (one.kind === 'commit') {
          const before = committed
          committed = Math.min(position, Math.max(committed, one.upTo))
          const range = sent.committed(committed)
          const isHeard = !one.isLost && room.committed('a', range) && range.isAllSent
          // Who does not read has everything of this commit.
          if (isHeard) for (let at = before + 1; at <= committed; at += 1) expect(inDocument.has(at)).toBe(true)
        } else room.take().forEach(({ update }) => taken.add(update[0] ?? -1))
      }
      const waiting = new Set(room.take().map(({ update }) => update[0] ?? -1))
      for (const at of inDocument) expect(at <= committed || waiting.has(at) || taken.has(at)).toBe(true)
    }), { numRuns: 500 })
  })
})

describe('the rows that a snapshot is about to swallow', () => {
  const between = (epoch = 1) => {
    const heard: LoggedRows[] = []
    const lines: string[] = []
    const room = { head: { notebookId: 'n', epoch: 1 }, hearLog: (log: LoggedRows) => heard.push(log) } as unknown as Room
    const post = (channel: string, line: string): void => void (channel === LOG_CHANNEL && lines.push(line))
    const relayOf = (processId: string) => createUpdateRelay({
      processId, find: () => room, peersOf: () => [], mailbox: { post, waiting: 0, settled: () => Promise.resolve() }, catchUp: () => {},
    })
    const told = { head: { notebookId: 'n', epoch } } as unknown as Room
    return { heard, lines, tell: (log: LoggedRows) => relayOf('near').tellLog(told, log), receive: (by = 'far') => lines.forEach((line) => relayOf(by).receiveLog(line)) }
  }

  it('come to other processes as they were read', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 2 ** 32 }), { minLength: 1, maxLength: 400 })
    fc.assert(fc.property(fc.oneof(fc.constant(-1), fc.nat(2 ** 40)), steps, (afterId, by) => {
      let id = afterId
      const log = { afterId, ids: by.map((step) => (id += step)) }
      const { heard, lines, tell, receive } = between()
      tell(log)
      receive()
      expect(lines[0]!.length).toBeLessThanOrEqual(LINE_BYTES)
      expect(heard).toEqual([log])
    }))
  })

  it('are not told where they fill more than a line, nor heard of another history or by who told them', () => {
    const long = between()
    long.tell({ afterId: 0, ids: Array.from({ length: 5_000 }, (_, i) => i + 1) })
    expect(long.lines).toEqual([])
    const [own, older] = [between(), between(2)]
    own.tell({ afterId: 0, ids: [1] })
    own.receive('near')
    older.tell({ afterId: 0, ids: [1] })
    older.receive()
    expect([own.lines.length, own.heard, older.lines.length, older.heard]).toEqual([1, [], 1, []])
  })
})
