/** What is gathered to the end of a turn of the event loop: frames for sockets, lines for other processes, rows for Postgres. */
import type { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as ws from 'ws'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { UpdateBatch } from '#server/notebooks/document-store.ts'
import type { Connection } from '#server/rooms/connection.ts'
import { createGroupCommit } from '#server/rooms/group-commit.ts'
import { createKnownRows } from '#server/rooms/known-rows.ts'
import { createMailbox, LINE_BYTES, type Letter } from '#server/rooms/mailbox.ts'
import { createOutbox } from '#server/rooms/outbox.ts'
import { framed } from '#server/rooms/protocol.ts'
import { createTurn } from '#server/rooms/turn.ts'

/** What a client reads frames with; not in the package's types. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable }
const turnIsOver = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
const id = (name: string): NotebookId => name as NotebookId
/** Ends the run with it. */
const unexpected = (error: unknown): never => {
  throw error
}

describe('the end of a turn', () => {
  it('tells people first, then other processes, then Postgres, in the order of asking', async () => {
    const turn = createTurn(unexpected)
    const done: string[] = []
    for (const phase of ['store', 'tell', 'notify', 'tell', 'store'] as const) turn.later(phase, () => done.push(phase))
    expect(done).toEqual([])
    await turnIsOver()
    expect(done).toEqual(['tell', 'tell', 'notify', 'store', 'store'])
    turn.later('tell', () => done.push('next'))
    turn.later('notify', () => turn.later('store', () => done.push('still this turn')))
    turn.later('store', () => turn.later('tell', () => done.push('the next turn')))
    await turnIsOver()
    expect(done.slice(5)).toEqual(['next', 'still this turn'])
    await turnIsOver()
    expect(done.slice(7)).toEqual(['the next turn'])
  })

  it('that one room’s work breaks is told to that room, and is the end of a turn for all the others', async () => {
    const reported: unknown[] = []
    const turn = createTurn((error) => reported.push(error))
    const done: string[] = []
    const breaks = (name: string) => () => {
      done.push(name)
      throw new Error(name)
    }
    const heard: unknown[] = []
    for (const phase of ['tell', 'notify', 'store'] as const) {
      turn.later(phase, breaks(`${phase} of one`), (error) => heard.push(error))
      turn.later(phase, () => done.push(`${phase} of another`))
    }
    turn.later('store', breaks('nobody’s'))
    turn.later('store', breaks('told to one'), breaks('who breaks too'))
    turn.later('store', () => done.push('last'))
    await turnIsOver()
    expect(done).toEqual([
      'tell of one', 'tell of another', 'notify of one', 'notify of another', 'store of one', 'store of another', 'nobody’s', 'told to one', 'who breaks too', 'last',
    ])
    expect(heard.map(String)).toEqual(['Error: tell of one', 'Error: notify of one', 'Error: store of one'])
    expect(reported.map(String)).toEqual(['Error: nobody’s', 'Error: who breaks too'])
    turn.later('store', () => turn.later('tell', () => done.push('the turn after the next')))
    turn.later('tell', () => done.push('the next turn'))
    await turnIsOver()
    await turnIsOver()
    expect(done.slice(10)).toEqual(['the next turn', 'the turn after the next'])
  })
})

describe('frames on the wire', () => {
  it.each([1, 125, 126, 65_535, 65_536, 200_000])('of %i bytes are read as they were', (size) => {
    const message = new Uint8Array(size).map((_byte, i) => i % 251)
    const receiver = new Receiver({ allowSynchronousEvents: true })
    const read: Buffer[] = []
    receiver.on('message', (data: Buffer) => read.push(Buffer.from(data)))
    receiver.write(Buffer.concat([framed(message), framed(Uint8Array.of(7))]))
    expect(read.map((data) => Buffer.compare(data, message) === 0 || data[0] === 7)).toEqual([true, true])
    expect(read[0]).toHaveLength(size)
  })

  it('reach everybody but their authors, in one write', async () => {
    const got = new Map<string, Buffer[]>()
    const person = (name: string): Connection => ({ write: (frames: Buffer) => got.set(name, [...(got.get(name) ?? []), frames]) }) as unknown as Connection
    const [ada, bob, eve] = [person('ada'), person('bob'), person('eve')]
    const outbox = createOutbox(createTurn(unexpected), new Set([ada, bob, eve]), unexpected)
    outbox.add(Uint8Array.of(1), ada)
    outbox.add(Uint8Array.of(2), bob)
    outbox.add(Uint8Array.of(3), null)
    expect(got.size).toBe(0)
    await turnIsOver()
    const told = Object.fromEntries([...got].map(([name, writes]) => [name, writes.map((frames) => [...frames].filter((_byte, at) => at % 3 === 2))]))
    expect(told).toEqual({ ada: [[2, 3]], bob: [[1, 3]], eve: [[1, 2, 3]] })
  })
})

describe('lines to other processes', () => {
  it('go at once, and share a message while one is on its way', async () => {
    const sent: Letter[][] = []
    let arrive = (): void => {}
    const mailbox = createMailbox(createTurn(unexpected), (letters) => new Promise((resolve) => {
      sent.push(letters)
      arrive = resolve
    }))
    mailbox.post('a', '1')
    await turnIsOver()
    expect(sent).toEqual([[{ channel: 'a', payload: '1' }]])
    mailbox.post('a', '2')
    mailbox.post('b', '3')
    await turnIsOver()
    mailbox.post('a', '4')
    expect([sent.length, mailbox.waiting]).toEqual([1, 3])
    let isSettled = false
    void mailbox.settled().then(() => (isSettled = true))
    arrive()
    await turnIsOver()
    expect(sent[1]).toEqual([{ channel: 'a', payload: '2\n4' }, { channel: 'b', payload: '3' }])
    expect(isSettled).toBe(false)
    arrive()
    await turnIsOver()
    expect(isSettled).toBe(true)
  })

  it('keep their order, and no payload is longer than Postgres takes', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: LINE_BYTES - 6 })), { maxLength: 60 }), async (wanted) => {
      const lines = wanted.map(([channel, size], at) => ({ channel, line: `${at}:${'x'.repeat(size)}` }))
      const letters: Letter[] = []
      const mailbox = createMailbox(createTurn(unexpected), (more) => Promise.resolve(void letters.push(...more)))
      for (const { channel, line } of lines) mailbox.post(channel, line)
      await mailbox.settled()
      expect(Math.max(0, ...letters.map(({ payload }) => payload.length))).toBeLessThanOrEqual(LINE_BYTES)
      for (const channel of ['a', 'b']) {
        expect(letters.filter((letter) => letter.channel === channel).flatMap(({ payload }) => payload.split('\n')))
          .toEqual(lines.filter((one) => one.channel === channel).map(({ line }) => line))
      }
    }), { numRuns: 60 })
  })
})

describe('batches of several rooms', () => {
  const updates = (size: number) => [{ update: new Uint8Array(size), userId: null }]

  it('that are due in one turn are one commit; a notebook that is gone hears so', async () => {
    const groups: UpdateBatch[][] = []
    const commits = createGroupCommit(createTurn(unexpected), (batches) => {
      groups.push(batches)
      return Promise.resolve(new Map([[id('a'), 1], [id('b'), 2]]))
    })
    expect(await Promise.all(['a', 'b', 'gone'].map((name) => commits.write(id(name), 1, updates(1))))).toEqual([1, 2, null])
    expect(groups.map((group) => group.map(({ notebookId }) => notebookId))).toEqual([['a', 'b', 'gone']])
  })

  it('of which one cannot be stored: the others are stored by the next try, and the culprit alone hears why', async () => {
    const refused = Object.assign(new Error('a value that Postgres does not take'), { code: '22021' })
    const groups: string[][] = []
    const commits = createGroupCommit(createTurn(unexpected), (batches) => {
      groups.push(batches.map(({ notebookId }) => notebookId))
      return batches.some(({ notebookId }) => notebookId === 'bad') ? Promise.reject(refused) : Promise.resolve(new Map(batches.map(({ notebookId }) => [notebookId, 1])))
    })
    const all = (): Promise<unknown[]> => Promise.all(['a', 'bad', 'b'].map((name) => commits.write(id(name), 1, updates(1)).catch((error: { code?: string }) => error.code ?? 'again')))
    expect(await all()).toEqual(['again', 'again', 'again'])
    expect(await all()).toEqual([1, '22021', 1])
    expect(groups).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']])
    // Who was only unlucky goes with others again.
    await Promise.all(['a', 'b'].map((name) => commits.write(id(name), 1, updates(1))))
    expect(groups[4]).toEqual(['a', 'b'])
  })

  it('are forgotten to have failed when a thousand others have failed since: nobody is alone for ever', async () => {
    const groups: string[][] = []
    let isAway = true
    const commits = createGroupCommit(createTurn(unexpected), (batches) => {
      groups.push(batches.map(({ notebookId }) => notebookId))
      return isAway ? Promise.reject(new Error('away')) : Promise.resolve(new Map(batches.map(({ notebookId }) => [notebookId, 1])))
    })
    const names = Array.from({ length: 1_001 }, (_, i) => `n${i}`)
    await Promise.all(names.map((name) => commits.write(id(name), 1, []).catch(() => {})))
    isAway = false
    await Promise.all(['n0', 'new', 'n1'].map((name) => commits.write(id(name), 1, [])))
    expect(groups.slice(1)).toEqual([['n0', 'new'], ['n1']])
  })

  it('are split where one statement would be too large, and at most three are on their way', async () => {
    const waiting: (() => void)[] = []
    const commits = createGroupCommit(createTurn(unexpected), (batches) => new Promise((resolve) => void waiting.push(() => resolve(new Map(batches.map(({ notebookId }) => [notebookId, 1]))))))
    const written = Array.from({ length: 5 }, (_, i) => commits.write(id(`n${i}`), 1, updates(3 * 1024 * 1024)))
    await turnIsOver()
    expect(waiting).toHaveLength(3)
    for (let i = 0; i < 5; i += 1) {
      waiting[i]?.()
      await turnIsOver()
    }
    expect(await Promise.all(written)).toEqual([1, 1, 1, 1, 1])
  })
})

describe('rows that are known', () => {
  it('are counted behind the mark, and forgotten with it', () => {
    const known = createKnownRows()
    known.note(3, 2, true)
    known.note(9, 4, false)
    expect([known.newest, known.countAfter(0), known.countAfter(3)]).toEqual([9, 6, 4])
    expect([known.forget(3), known.countAfter(0), known.forget(9), known.newest]).toEqual([2, 4, 0, -1])
  })

  it('count once when they are told twice', () => {
    const known = createKnownRows()
    for (const isOwn of [false, false, true, true]) known.note(isOwn ? 9 : 3, 2, isOwn)
    expect([known.countAfter(0), known.countAfter(3), known.forget(9)]).toEqual([4, 2, 2])
  })

  it('let the mark pass what a snapshot swallows when they are all of it, and only then', () => {
    const batch = fc.record({ ids: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }), isKnown: fc.boolean(), isOwn: fc.boolean() })
    fc.assert(fc.property(fc.array(batch, { minLength: 1, maxLength: 20 }), fc.nat(20), fc.nat(20), fc.nat(20), fc.boolean(), (made, markAt, fromAt, toAt, isAllKnown) => {
      let lastId = 0
      // Ids of one notebook rise with gaps: others' rows are between.
      const batches = made.map(({ ids, isKnown, isOwn }) => ({ ids: ids.map((step) => (lastId += step)), isKnown: isKnown || isAllKnown, isOwn }))
      const endOf = (at: number): number => (at === 0 ? 0 : (batches[Math.min(at, batches.length) - 1]?.ids.at(-1) ?? 0))
      const [mark, from, to] = [endOf(markAt), endOf(fromAt), endOf(toAt)]
      const known = createKnownRows()
      for (const { ids, isKnown, isOwn } of batches) if (isKnown) known.note(ids.at(-1)!, ids.length, isOwn)
      known.noteLog({ afterId: from, ids: batches.flatMap(({ ids }) => ids).filter((id) => id > from && id <= to) })
      const between = batches.filter(({ ids }) => ids[0]! > mark && ids[0]! <= to)
      const isPassable = from <= mark && to > Math.max(mark, from) && between.every(({ isKnown }) => isKnown)
      expect(known.passable(mark)).toEqual(isPassable ? { lastId: to, rows: between.flatMap(({ ids }) => ids).length } : null)
      known.forget(to)
      expect(known.passable(mark)).toBeNull()
    }), { numRuns: 500 })
  })

  it('let it pass one snapshot after the other, once what was on its way is known', () => {
    const known = createKnownRows()
    known.noteLog({ afterId: 0, ids: [2, 5] })
    known.noteLog({ afterId: 5, ids: [6, 9] })
    known.note(9, 2, true)
    expect(known.passable(0)).toBeNull()
    known.note(5, 2, false)
    expect(known.passable(0)).toEqual({ lastId: 5, rows: 2 })
    expect(known.forget(5)).toBe(0)
    expect(known.passable(5)).toEqual({ lastId: 9, rows: 2 })
  })

  it('never agree with the store while a row there is unknown', () => {
    const batch = fc.record({ count: fc.integer({ min: 1, max: 5 }), isKnown: fc.boolean(), isOwn: fc.boolean() })
    fc.assert(fc.property(fc.array(batch, { minLength: 1, maxLength: 30 }), fc.nat(30), (batches, markAt) => {
      const known = createKnownRows()
      let lastId = 0
      const stored = batches.map((one) => ({ ...one, lastId: (lastId += one.count) }))
      for (const { lastId: end, count, isKnown, isOwn } of stored) if (isKnown) known.note(end, count, isOwn)
      const mark = markAt === 0 ? 0 : (stored[markAt - 1]?.lastId ?? 0)
      const between = stored.filter((one) => one.lastId > mark && one.lastId <= known.newest)
      const rows = between.reduce((sum, { count }) => sum + count, 0)
      if (between.length > 0) expect(known.countAfter(mark) === rows).toBe(between.every(({ isKnown }) => isKnown))
    }))
  })
})
