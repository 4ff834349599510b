/** The feed and the requests around it, on a real database; no worker takes part. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestSource } from '#lib/document/digest.ts'
import type { FeedEvent, Output } from '#lib/domain/feed.ts'
import type { CellId, NotebookId, RunId } from '#lib/domain/ids.ts'
import type { Actor, Member } from '#server/auth/actor.ts'
import { createAccess } from '#server/access/create-access.ts'
import { appendToFeed } from '#server/feed/append.ts'
import { createFeed } from '#server/feed/listen.ts'
import { openFeedStream } from '#server/feed/open-stream.ts'
import { appendOutputs } from '#server/runs/append-output.ts'
import { applyRunEvent } from '#server/runs/apply-run-event.ts'
import { cancelRun } from '#server/runs/cancel-run.ts'
import { changeCell } from '#server/runs/change-cell.ts'
import { claimRun } from '#server/runs/claim-run.ts'
import { readOutputs, readSnapshot } from '#server/runs/read-outputs.ts'
import { readRun } from '#server/runs/read-run.ts'
import { readRunRecord } from '#server/runs/read-run-record.ts'
import { requestRun } from '#server/runs/request-run.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { until } from '../../support/run-world.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'
import { startedRun } from '../../support/started-run.ts'

let world: World
let ada: Member
beforeAll(async () => {
  world = await createWorld()
  ada = await world.addPerson('Ada', 'owner')
})
afterAll(() => world.drop())

const c1 = 'c1' as CellId
const at = new Date(0).toISOString()
const busy: FeedEvent = { kind: 'kernel.changed', state: 'busy', reason: null, at }
const request = async (notebookId: NotebookId, more: Partial<Parameters<typeof requestRun>[2]> = {}, actor: Actor = ada) =>
  requestRun(world.deps, actor, { notebookId, scope: { kind: 'all' }, requestId: null, ...more })

describe('the numbers of the feed', () => {
  it('have no gap and no double when many write at once', async () => {
    const notebook = await world.addNotebook(ada)
    await Promise.all(Array.from({ length: 20 }, () => world.db.transaction((tx) => appendToFeed(tx, notebook, [busy, busy]))))
    const feed = await createFeed(world.deps)
    const seen: number[] = []
    feed.subscribe(notebook, 0, (rows) => void seen.push(...rows.map((row) => row.seq)))
    await until(() => seen.length === 40)
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    await feed.close()
  })

  it('reach every follower once and in order, whenever it came', async () => {
    const notebook = await world.addNotebook(ada)
    const feed = await createFeed(world.deps)
    const followers: number[][] = []
    const follow = (after: number) => {
      const seen: number[] = []
      followers.push(seen)
      feed.subscribe(notebook, after, (rows) => void seen.push(...rows.map((row) => row.seq)))
    }
    for (let round = 0; round < 30; round += 1) {
      if (round % 5 === 0) follow(round * 2)
      await world.db.transaction((tx) => appendToFeed(tx, notebook, [busy, busy]))
    }
    await until(() => followers.every((seen) => seen.at(-1) === 60))
    followers.forEach((seen, index) => expect(seen).toEqual(Array.from({ length: 60 - index * 10 }, (_, n) => index * 10 + n + 1)))
    await feed.close()
  })

  it('F8: go on after the database cut every connection', async () => {
    const notebook = await world.addNotebook(ada)
    const feed = await createFeed(world.deps)
    const seen: number[] = []
    feed.subscribe(notebook, 0, (rows) => void seen.push(...rows.map((row) => row.seq)))
    await world.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.catch(() => {})
    await until(() => world.db.transaction((tx) => appendToFeed(tx, notebook, [busy])).then(() => true, () => false))
    await until(() => seen.length === 1)
    await feed.close()
  })
})

describe('the event stream', () => {
  const open = async (notebookId: NotebookId, after: number, actor: Actor = ada, access = createAccess(world.deps)) => {
    const feed = await createFeed(world.deps)
    const opened = await openFeedStream({ ...world.deps, feed, access } as never, actor, { notebookId, afterSeq: after, actorNow: async () => actor })
    if (!opened.ok) throw new Error(opened.message)
    const reader = opened.value.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    let isOver = false
    void (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
      isOver = true
    })()
    return { response: opened.value, text: () => text, isOver: () => isOver, close: async () => (await reader.cancel(), feed.close()) }
  }

  it('begins at once and gives each row with its number, from the number asked for', async () => {
    const notebook = await world.addNotebook(ada)
    await world.db.transaction((tx) => appendToFeed(tx, notebook, [busy, busy, busy]))
    const stream = await open(notebook, 1)
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
    await until(() => stream.text().includes('id: 3'))
    expect(stream.text().startsWith('retry: 1000\n\n')).toBe(true)
    // What time it is here, without a number: who comes back asks for what is behind the last row.
    const [, said] = /^event: now\ndata: (.*)\n\n/m.exec(stream.text()) ?? []
    expect(new Date(said ?? '').toISOString()).toBe(said)
    const rows = [...stream.text().matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)].map(([, id, data]) => ({ id, ...(JSON.parse(data!) as object) }))
    expect(rows).toEqual([2, 3].map((seq) => ({ id: String(seq), seq, event: busy })))
    await world.db.transaction((tx) => appendToFeed(tx, notebook, [busy]))
    await until(() => stream.text().includes('id: 4'))
    await stream.close()
  })

  it('goes on with fewer rights when its reader has fewer, and ends when there are none', async () => {
    const notebook = await world.addNotebook(ada)
    const run = await startedRun(world, ada, notebook)
    const rea = await world.addPerson('Rea', 'runner')
    const access = createAccess(world.deps)
    const stream = await open(notebook, 0, rea, access)
    /** What the stream says of one more error. */
    const told = async () => {
      const from = stream.text().length
      await run.put({ kind: 'error', name: 'OSError', message: 'no such file', frames: ['File /opt/secret/lib.py:1'], jvmTrace: null, trace: [] })
      return until(() => /data: .*no such file.*\n\n/.exec(stream.text().slice(from))?.[0])
    }
    expect(await told()).toContain('secret')
    await world.db.update(members).set({ role: 'viewer' }).where(eq(members.userId, rea.userId))
    access.changed({ userId: rea.userId })
    await until(async () => !(await told()).includes('secret'))
    expect(await told()).not.toContain('secret')
    await world.db.delete(members).where(eq(members.userId, rea.userId))
    access.changed({ userId: rea.userId })
    await until(() => stream.isOver())
    await stream.close()
  })

  it('is refused to a stranger', async () => {
    const notebook = await world.addNotebook(ada)
    const stranger = await world.addPerson('Eve', null)
    expect(await openFeedStream(world.deps as never, stranger, { notebookId: notebook, afterSeq: 0, actorNow: async () => stranger })).toMatchObject({ ok: false, reason: 'not-found' })
  })
})

describe('asking for a run', () => {
  it('refuses a cell whose source is another than the person saw', async () => {
    const notebook = await world.addNotebook(ada)
    expect(await request(notebook, { digests: { c1: digestSource('print(1)') } })).toMatchObject({ ok: true })
    expect(await request(notebook, { digests: { c1: digestSource('print(2)') } })).toMatchObject({ ok: false, reason: 'source-moved' })
  })

  it('waits a moment for keystrokes that are on their way', async () => {
    const notebook = await world.addNotebook(ada)
    setTimeout(() => world.texts.set(notebook, [{ id: c1, kind: 'python', source: 'print(3)' }]), 200)
    expect(await request(notebook, { digests: { c1: digestSource('print(3)') } })).toMatchObject({ ok: true, value: { cells: [{ source: 'print(3)' }] } })
  })

  it('is for who may run: a viewer is refused, a stranger learns nothing', async () => {
    const notebook = await world.addNotebook(ada)
    expect(await request(notebook, {}, await world.addPerson('Vic', 'viewer'))).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await request(notebook, {}, await world.addPerson('Eve', null))).toMatchObject({ ok: false, reason: 'not-found' })
    const run = await request(notebook)
    const id = run.ok ? run.value.id : ''
    expect(await readRun(world.deps, await world.addPerson('Eve', null), id)).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await cancelRun(world.deps, await world.addPerson('Vic', 'viewer'), { runId: id })).toMatchObject({ ok: false, reason: 'not-allowed' })
  })
})

describe('an attempt that is over', () => {
  it('F4: writes no output, no cell and no end', async () => {
    const notebook = await world.addNotebook(ada)
    const run = await startedRun(world, ada, notebook)
    expect(await run.show('mine')).toBe(true)
    await world.db.transaction((tx) => applyRunEvent(tx, { runId: run.id, event: 'lose', reason: 'gone', now: new Date() }))
    expect(await run.show('late')).toBe(false)
    expect(await changeCell(world.deps, { runId: run.id, token: run.token, cellId: c1, state: 'succeeded', executionCount: 1 })).toBe(false)
    expect(await world.db.transaction((tx) => applyRunEvent(tx, { runId: run.id, event: 'succeed', token: run.token, now: new Date() }))).toMatchObject({ ok: false, reason: 'attempt-over' })
    const snapshot = await readSnapshot(world.deps, notebook)
    expect(snapshot.outputs.map(({ output }) => output)).toEqual([{ kind: 'stream', name: 'stdout', text: 'mine' }])
  })
})

describe('output whose writer does not know whether it came through', () => {
  it('F8: is there once although it is written twice, and takes no numbers of the feed again', async () => {
    const notebook = await world.addNotebook(ada)
    const run = await startedRun(world, ada, notebook)
    expect([await run.show('a', 1), await run.show('a', 1), await run.show('b', 3), await run.show('b', 3)]).toEqual([true, true, true, true])
    const { seq, outputs } = await readSnapshot(world.deps, notebook)
    expect(outputs.map(({ output }) => (output.kind === 'stream' ? output.text : output.kind)).join('')).toBe('ab')
    expect(seq).toBe(6)
  })

  it('counts its batches anew in the next attempt', async () => {
    const notebook = await world.addNotebook(ada)
    const run = await startedRun(world, ada, notebook)
    await run.show('old', 7)
    await world.db.transaction((tx) => applyRunEvent(tx, { runId: run.id, event: 'requeue', now: new Date() }))
    const token = randomUUID()
    await claimRun(world.deps, { runId: run.id, token, workerId: 'w', host: 'here', kernelAtHand: null })
    expect(await appendOutputs(world.deps, { runId: run.id, token, batch: 1, outputs: [{ cellId: c1, output: { kind: 'notice', text: 'new' } }] })).toBe(true)
    const [count] = await world.sql<{ count: number }[]>`select count(*)::int as count from outputs where run_id = ${run.id} and output ->> 'text' = 'new'`
    expect(count?.count).toBe(1)
  })
})

describe('the snapshot', () => {
  it('keeps what a cell showed while its next run waits, and not when that has ended', async () => {
    const notebook = await world.addNotebook(ada)
    const first = await startedRun(world, ada, notebook)
    await first.show('old')
    await world.db.transaction((tx) => applyRunEvent(tx, { runId: first.id, event: 'succeed', now: new Date() }))
    const waiting = await request(notebook)
    const texts = async () => (await readSnapshot(world.deps, notebook)).outputs.map(({ output }) => (output.kind === 'stream' ? output.text : output.kind))
    expect(await texts()).toEqual(['old'])
    if (waiting.ok) await cancelRun(world.deps, ada, { runId: waiting.value.id })
    expect(await texts()).toEqual(['old'])
    const second = await startedRun(world, ada, notebook)
    await world.db.transaction((tx) => applyRunEvent(tx, { runId: second.id, event: 'succeed', now: new Date() }))
    expect(await texts()).toEqual([])
  })

  it('tells the trace of an error to who may run, and to others what went wrong, here and in the stream and the record [S38]', async () => {
    const notebook = await world.addNotebook(ada)
    const run = await startedRun(world, ada, notebook)
    await run.put({ kind: 'error', name: 'OSError', message: 'no such file', frames: ['File /opt/secret/lib.py:1'], jvmTrace: 'at org.apache', trace: [] })
    const runner = await world.addPerson('Rea', 'runner')
    const viewer = await world.addPerson('Vic', 'viewer')
    const told = async (actor: Actor) => {
      const [snapshot, record] = [await readOutputs(world.deps, actor, notebook), await readRunRecord(world.deps, actor, run.id)]
      if (!snapshot.ok || !record.ok) throw new Error('refused')
      const feed = await createFeed(world.deps)
      const opened = await openFeedStream({ ...world.deps, feed, access: createAccess(world.deps) } as never, actor, { notebookId: notebook, afterSeq: 0, actorNow: async () => actor })
      const reader = opened.ok ? opened.value.body!.pipeThrough(new TextDecoderStream()).getReader() : null
      let streamed = ''
      while (!streamed.includes('OSError')) streamed += (await reader?.read())?.value ?? ''
      await reader?.cancel()
      await feed.close()
      return { text: JSON.stringify([snapshot.value.outputs, record.value.outputs, streamed]), shown: snapshot.value.outputs.at(-1)?.output }
    }
    expect((await told(runner)).text.split('/opt/secret').length - 1).toBe(3)
    expect((await told(viewer)).text).not.toMatch(/secret|org\.apache/)
    expect((await told(viewer)).shown).toEqual({ kind: 'error', name: 'OSError', message: 'no such file', frames: [], jvmTrace: null })
  })

  it('is of one moment: its number is that of its newest row', async () => {
    const notebook = await world.addNotebook(ada)
    const run = await startedRun(world, ada, notebook)
    const writing = (async () => {
      for (let index = 0; index < 50; index += 1) await run.show(`${index};`)
    })()
    for (let round = 0; round < 10; round += 1) {
      const { seq, outputs } = await readSnapshot(world.deps, notebook)
      const pieces = outputs.flatMap(({ output }) => (output.kind === 'stream' ? output.text.split(';').filter((piece) => piece !== '') : []))
      // 4 rows come before the first output: requested, starting, running, cell running.
      expect(pieces.length).toBe(seq - 4)
    }
    await writing
  })

  it('is for who may read the notebook', async () => {
    const notebook = await world.addNotebook(ada)
    expect(await readOutputs(world.deps, await world.addPerson('Vic', 'viewer'), notebook)).toMatchObject({ ok: true, value: { seq: 0, runs: [], kernel: { state: 'stopped' } } })
    expect(await readOutputs(world.deps, await world.addPerson('Eve', null), notebook)).toMatchObject({ ok: false })
  })
})

describe('every accepted run', () => {
  it('ends exactly once however many try to end it', async () => {
    const run = await startedRun(world, ada, await world.addNotebook(ada))
    const events = ['succeed', 'fail', 'lose', 'cancel'] as const
    const ends = await Promise.all(events.map((event) => world.db.transaction((tx) => applyRunEvent(tx, { runId: run.id as RunId, event, now: new Date() }))))
    expect(ends.filter((end) => end.ok && end.value.finishedAt !== null)).toHaveLength(1)
  })
})
