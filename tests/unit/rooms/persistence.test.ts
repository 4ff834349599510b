import { describe, expect, it } from 'vitest'
import { createJournal, type JournalEnd, type JournalPort } from '#server/rooms/persistence.ts'

const bytes = (n: number): Uint8Array => Uint8Array.of(n)

function journal(write: JournalPort['write']): { log: string[]; journal: ReturnType<typeof createJournal>; ends: JournalEnd[] } {
  const log: string[] = []
  const ends: JournalEnd[] = []
  return {
    log, ends,
    journal: createJournal({
      write,
      begin: (work) => work(),
      onCommitted: (lastId, count) => void log.push(`committed ${count} up to ${lastId}`),
      onFailing: (error) => void log.push(String(error)),
      onEnd: (why) => void ends.push(why),
    }),
  }
}

describe('the journal of a room', () => {
  it('writes in order, in batches while one write is under way, and says how far it is', async () => {
    const written: number[][] = []
    const { journal: room, log } = journal(async (updates) => {
      written.push(updates.map(({ update }) => update[0] ?? -1))
      await Promise.resolve()
      return written.flat().length
    })
    for (let i = 0; i < 5; i += 1) room.append(bytes(i), 'ada')
    expect([room.appended, room.committed]).toEqual([5, 0])
    await room.settled()
    expect(written).toEqual([[0], [1, 2, 3, 4]])
    expect(log).toEqual(['committed 1 up to 1', 'committed 4 up to 5'])
    expect(room.committed).toBe(5)
  })

  it('tries again until the database is back, without losing or swapping any', async () => {
    let isAway = true
    const written: number[] = []
    const { journal: room, log } = journal(async (updates) => {
      await Promise.resolve()
      if (isAway) throw new Error('connection refused')
      written.push(...updates.map(({ update }) => update[0] ?? -1))
      return written.length
    })
    for (let i = 0; i < 5; i += 1) room.append(bytes(i), null)
    setTimeout(() => void (isAway = false), 120)
    await room.settled()
    expect(written).toEqual([0, 1, 2, 3, 4])
    expect(log[0]).toBe('Error: connection refused')
  })

  it.each<[JournalEnd, JournalPort['write']]>([
    ['gone', () => Promise.resolve(null)],
    ['refused', () => Promise.reject(Object.assign(new Error('too long'), { code: '23514' }))],
  ])('ends when the update is %s, and says so to who waits', async (why, write) => {
    const { journal: room, ends } = journal(write)
    room.append(bytes(1), null)
    await expect(room.settled()).rejects.toThrow('before the change was saved')
    expect(ends).toEqual([why])
  })

  it('ends rather than fill the memory while the database is away', () => {
    const { journal: room, ends } = journal(() => new Promise(() => {}))
    for (let i = 0; i < 40; i += 1) room.append(new Uint8Array(1024 * 1024), null)
    expect(ends).toEqual(['full'])
  })
})
