/** A link shows a notebook as it is now. What cells showed before, and what is gone, is for members. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FeedRow } from '#lib/domain/feed.ts'
import type { NotebookId, ResultId, RunId, ShareId } from '#lib/domain/ids.ts'
import type { Actor, Guest, Member } from '#server/auth/actor.ts'
import { createAccess } from '#server/access/create-access.ts'
import { createFeed } from '#server/feed/listen.ts'
import { openFeedStream } from '#server/feed/open-stream.ts'
import { authorizeResult } from '#server/results/authorize-result.ts'
import { listCellResults } from '#server/results/list-cell-results.ts'
import { listNotebookRuns } from '#server/runs/list-runs.ts'
import { readOutputs } from '#server/runs/read-outputs.ts'
import { authorizeRun, readRun } from '#server/runs/read-run.ts'
import { outputs, results, runCells, runEvents } from '#server/store/schema/runs.ts'
import { CELL, createWorld, type World } from '../../support/schedules-world.ts'
import { startedRun } from '../../support/started-run.ts'

let world: World
let ada: Member
let notebook: NotebookId
let guest: Guest
let older: RunId
let newer: RunId
beforeAll(async () => {
  world = await createWorld()
  ada = await world.addPerson('Ada', 'owner')
})
beforeEach(async () => {
  notebook = await world.addNotebook(ada)
  const shareId = randomUUID() as ShareId
  guest = { kind: 'guest', shareId, notebookId: notebook, links: [{ shareId, notebookId: notebook, visitor: 'v' }] }
  older = await ranWith('old secret')
  newer = await ranWith('new words')
})
afterAll(() => world.drop())

async function ranWith(text: string): Promise<RunId> {
  const run = await startedRun(world, ada, notebook)
  await run.show(text)
  await run.succeed()
  return run.id
}

async function anHourLater(): Promise<void> {
  const at = new Date(Date.now() - 3_600_000)
  await world.db.update(runCells).set({ finishedAt: at }).where(eq(runCells.notebookId, notebook))
  await world.db.update(outputs).set({ at }).where(eq(outputs.notebookId, notebook))
  await world.db.update(runEvents).set({ at }).where(eq(runEvents.notebookId, notebook))
}

async function addResult(runId: RunId): Promise<ResultId> {
  const id = randomUUID() as ResultId
  await world.db.insert(results).values({ id, workspaceId: world.workspaceId, notebookId: notebook, runId, cellId: CELL.id, path: `t/${id}`, version: 0, columns: [], rows: 1, truncated: false })
  return id
}

async function streamed(actor: Actor, afterSeq: number, count: number): Promise<FeedRow[]> {
  const feed = await createFeed(world.deps)
  const opened = await openFeedStream({ ...world.deps, feed, access: createAccess(world.deps) } as never, actor, { notebookId: notebook, afterSeq, actorNow: async () => actor })
  if (!opened.ok) throw new Error(opened.message)
  const reader = opened.value.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const rows = () => [...text.matchAll(/^id: \d+\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as FeedRow)
  while (rows().length < count) text += (await reader.read()).value ?? ''
  await reader.cancel()
  await feed.close()
  return rows()
}

describe('a guest of a link', () => {
  it('sees what each cell shows now, and nothing of a cell that is gone', async () => {
    const seen = async (actor: Actor) => JSON.stringify(await readOutputs(world.deps, actor, notebook))
    expect(await seen(guest)).toContain('new words')
    expect(await seen(guest)).not.toContain('old secret')
    world.texts.set(notebook, [])
    expect(await seen(guest)).not.toMatch(/new words|print\(1\)/)
    expect(await seen(ada)).toContain('new words')
  })

  it('follows from now: who asks for long ago is sent to what is shown', async () => {
    const shown = await readOutputs(world.deps, ada, notebook)
    const last = shown.ok ? shown.value.seq : 0
    expect(JSON.stringify(await streamed(guest, last - 3, 3)), 'a page that was away for a moment misses nothing').toContain('run.changed')
    await anHourLater()
    expect((await streamed(guest, 0, 1)).map(({ seq }) => seq)).toEqual([last])
    expect(JSON.stringify(await streamed(ada, 0, last))).toContain('old secret')
  })

  it('reads the tables and texts of what is shown, those before for as long as a page may still show them', async () => {
    const [before, now] = [await addResult(older), await addResult(newer)]
    const may = async (actor: Actor) => Promise.all([before, now].map(async (id) => (await authorizeResult(world.deps, actor, id)).ok).concat([older, newer].map(async (id) => (await authorizeRun(world.deps, actor, id, 'notebook:read')).ok)))
    expect(await may(guest)).toEqual([true, true, true, true])
    await anHourLater()
    expect(await may(guest)).toEqual([false, true, false, true])
    expect(await may(ada)).toEqual([true, true, true, true])
    // What the cell shows stays on the page while its next run goes on.
    await startedRun(world, ada, notebook)
    expect(await may(guest)).toEqual([false, true, false, true])
  })

  it('gets no list of runs or results, and no record of a run', async () => {
    expect(await listNotebookRuns(world.deps, guest, { notebookId: notebook })).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await listCellResults(world.deps, guest, notebook)).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await readRun(world.deps, guest, newer)).toMatchObject({ ok: false, reason: 'not-found' })
  })
})
