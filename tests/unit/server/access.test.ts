/** Who is asked again for their rights, when, in which order, and how what a notice says is read. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NotebookId, ShareId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Access, Concern, Whom } from '#server/access/access.ts'
import { createAccess } from '#server/access/create-access.ts'
import { isConcerned, readNotice, writeNotice } from '#server/access/notice.ts'
import type { Log } from '#server/log.ts'

const whom = (more: Partial<Whom> = {}): Whom => ({ userId: 'ada' as UserId, shareId: null, notebookId: 'n' as NotebookId, workspaceId: 'w' as WorkspaceId, ...more })
const person = (userId: string): Whom => whom({ userId: userId as UserId })
const guest = whom({ userId: null, shareId: 's' as ShareId })

describe('a notice', () => {
  const concerns: Concern[] = [{}, { userId: 'ada' as UserId }, { shareId: 's' as ShareId }, { notebookId: 'n' as NotebookId }, { userId: 'ada' as UserId, workspaceId: 'w' as WorkspaceId }]
  it.each(concerns)('comes out as it went in: %j', (concern) => {
    expect(readNotice(writeNotice({ concern, from: 'p1' }))).toEqual({ concern, from: 'p1' })
  })

  it.each(['*', '* p1', '', 'team:t p1', 'user:ada,team:t p1', 'user: p1', 'user:ada:x p1', '0b8f p1', '__proto__:x p1'])('that says something else concerns everybody: "%s"', (notice) => {
    expect(readNotice(notice).concern).toEqual({})
  })

  it('concerns who matches all that it names', () => {
    expect([{}, { userId: 'ada' }, { notebookId: 'n' }, { userId: 'ada', workspaceId: 'w' }].map((concern) => isConcerned(concern as Concern, whom()))).toEqual([true, true, true, true])
    expect([{ userId: 'bob' }, { shareId: 's' }, { userId: 'ada', workspaceId: 'other' }].map((concern) => isConcerned(concern as Concern, whom()))).toEqual([false, false, false])
    expect([{ shareId: 's' }, { userId: 'ada' }].map((concern) => isConcerned(concern as Concern, guest))).toEqual([true, false])
  })
})

describe('those who are connected', () => {
  let access: Access
  let warnings: number
  beforeEach(() => {
    vi.useFakeTimers()
    warnings = 0
    access = createAccess({ log: { warn: () => void (warnings += 1) } as unknown as Log })
  })
  afterEach(() => {
    access.close()
    vi.useRealTimers()
  })

  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
  /** Somebody whose answers are numbers, and what became of them. */
  function connect(who: Whom, more: { isByLink?: boolean; answer?: (nth: number) => Promise<number> } = {}) {
    const seen = { who, asked: [] as number[], heeded: [] as number[], leave: () => {} }
    seen.leave = access.watch<number>({
      whom: () => seen.who, isByLink: () => more.isByLink ?? false,
      ask: () => {
        seen.asked.push(Date.now())
        return more.answer?.(seen.asked.length) ?? Promise.resolve(seen.asked.length)
      },
      heed: (answer) => void seen.heeded.push(answer),
    })
    return seen
  }
  const longestWait = (times: number[], from: number, to: number): number => Math.max(...[from, ...times, to].map((time, i, all) => time - (all[i - 1] ?? time)))

  it('are all asked within 30 s although no notice comes, in even shares', async () => {
    const began = Date.now()
    const all = Array.from({ length: 1200 }, (_, i) => connect(person(`p${i}`)))
    await pass(120_000)
    for (const { asked, heeded } of all) {
      expect(longestWait(asked, began, Date.now())).toBeLessThan(25_000)
      expect(heeded).toHaveLength(asked.length)
    }
    const perSecond = Map.groupBy(all.flatMap(({ asked }) => asked), (at) => Math.floor((at - began) / 1000))
    expect(Math.max(...[...perSecond.values()].map((asks) => asks.length))).toBe(1200 / 24)
  })

  it('are asked each few seconds if they came by a link, which runs out unannounced', async () => {
    const began = Date.now()
    const [byLink, member] = [connect(guest, { isByLink: true }), connect(whom())]
    await pass(60_000)
    expect(longestWait(byLink.asked, began, Date.now())).toBeLessThanOrEqual(5000)
    expect(member.asked.length).toBeLessThan(4)
  })

  it('are asked at once when a notice names them, from here or elsewhere, and nobody else is', async () => {
    const sent: string[] = []
    access.carryBy((notice) => void sent.push(notice))
    const [ada, bob] = [connect(person('ada')), connect(person('bob'))]
    access.changed({ userId: 'ada' as UserId })
    access.receive('user:ada another')
    await pass(0)
    expect([ada.heeded.length, bob.asked.length]).toEqual([2, 0])
    expect(sent).toEqual([expect.stringMatching(/^user:ada \w+$/)])
    access.receive(sent[0]!)
    await pass(0)
    expect(ada.asked.length, 'its own notice, heard again').toBe(2)
    access.receive('* another')
    await pass(0)
    expect([ada.asked.length, bob.asked.length]).toEqual([3, 1])
  })

  it('are asked before those whose turn it merely is', async () => {
    const slow = () => new Promise<number>((resolve) => setTimeout(resolve, 900, 0))
    const crowd = Array.from({ length: 24 * 40 }, (_, i) => connect(person(`p${i}`), { answer: slow }))
    const named = connect(person('ada'))
    await pass(20_000)
    named.asked.length = 0
    access.changed({ userId: 'ada' as UserId })
    await pass(1000)
    expect(named.asked).toHaveLength(1)
    expect(crowd.filter(({ asked }) => asked.length === 0).length, 'a crowd waits').toBeGreaterThan(500)
  })

  it('hear answers in the order of the questions: a notice during a question asks once more after it', async () => {
    const ada = connect(whom(), { answer: (nth) => new Promise((resolve) => setTimeout(resolve, nth === 1 ? 3000 : 10, nth)) })
    access.changed({ userId: 'ada' as UserId })
    await pass(1000)
    access.changed({ userId: 'ada' as UserId })
    access.changed({ userId: 'ada' as UserId })
    await pass(1000)
    expect(ada.asked).toHaveLength(1)
    await pass(2000)
    expect(ada.heeded).toEqual([1, 2])
  })

  it('are asked when they come just after a notice that concerns them, and not when it concerns others or is long ago', async () => {
    access.receive('user:ada another')
    const [ada, bob] = [connect(person('ada')), connect(person('bob'))]
    await pass(0)
    expect([ada.asked.length, bob.asked.length]).toEqual([1, 0])
    ;[ada, bob].forEach(({ leave }) => leave())
    await pass(60_000)
    expect(connect(person('ada')).asked).toEqual([])
  })

  it('are asked once more where the answer makes them somebody whom a notice of meanwhile concerns', async () => {
    const ada = connect(person('ada'), {
      answer: async (nth) => {
        if (nth === 1) await new Promise((resolve) => setTimeout(resolve, 100))
        ada.who = guest
        return nth
      },
    })
    access.changed({ userId: 'ada' as UserId })
    await pass(50)
    access.changed({ shareId: 's' as ShareId })
    await pass(1000)
    expect(ada.heeded).toEqual([1, 2])
  })

  it('keep their rights while the database is away, and are asked until it answers', async () => {
    const ada = connect(whom(), { answer: (nth) => (nth < 4 ? Promise.reject(new Error('away')) : Promise.resolve(nth)) })
    const hung = connect(person('bob'), { answer: (nth) => (nth === 1 ? new Promise(() => {}) : Promise.resolve(nth)) })
    access.receive('* another')
    await pass(2500)
    expect([ada.asked.length, ada.heeded, hung.heeded]).toEqual([3, [], []])
    await pass(5000)
    expect([ada.heeded, hung.heeded]).toEqual([[4], [2]])
    expect(warnings).toBeGreaterThan(0)
  })

  it('are left alone when they have gone, also by an answer that is on its way', async () => {
    const ada = connect(whom(), { answer: (nth) => new Promise((resolve) => setTimeout(resolve, 100, nth)) })
    access.receive('* another')
    await pass(50)
    ada.leave()
    access.receive('* another')
    await pass(60_000)
    expect([ada.asked.length, ada.heeded]).toEqual([1, []])
  })
})
