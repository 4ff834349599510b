/** A notebook as a file, from a real database: what members get, what guests of a link do not, and what goes over the wire. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { lockCell } from '#lib/document/lock-cell.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { anchorText } from '#lib/document/text-anchor.ts'
import type { ExportFormat } from '#lib/domain/export-file.ts'
import type { CellId, NotebookId, RunId, ShareId } from '#lib/domain/ids.ts'
import type { Actor, Guest, Member } from '#server/auth/actor.ts'
import { startThread } from '#server/comments/start-thread.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { exportNotebook } from '#server/notebooks/export-notebook.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { readSnapshot } from '#server/runs/read-outputs.ts'
import { outputs, runCells, runs } from '#server/store/schema/runs.ts'
import { ipynbComplaints } from '../../support/check-ipynb.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

const CELL = 'c1' as CellId
const SQL = 'c2' as CellId
let world: World
let owner: Member
let viewer: Member
let outsider: Member
let notebookId: NotebookId

beforeAll(async () => {
  world = await createWorld()
  owner = await world.addPerson('Olga', 'owner')
  viewer = await world.addPerson('Vic', 'viewer')
  outsider = await world.addPerson('Otto', null)
  notebookId = await world.addNotebook(owner, [{ id: CELL, kind: 'python', source: 'rate = 7\nprint(rate)' }, { id: SQL, kind: 'sql', source: 'select 1' }])
  const doc = await change((one) => {
    lockCell(one, SQL, { by: 'Olga', at: Date.UTC(2026, 10, 1) })
    renameNotebook(one, 'Größen/../"x"')
  })
  const made = await startThread(world.deps, owner, { notebookId, cellId: CELL, anchor: { kind: 'text', ...anchorText(cellText(doc, CELL)!, { start: 0, end: 4 }) }, quote: 'rate', body: 'Why seven?', mentions: [], requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  // Words before the place move it along.
  await change((one) => cellText(one, CELL)?.insert(0, '# moved\n'))
  await showOutput('42\n')
})
afterAll(() => world.drop())

async function change(edit: (doc: Y.Doc) => void): Promise<Y.Doc> {
  const doc = documentOf((await readPieces(world.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
  edit(doc)
  await world.sql`update document_snapshots set state = ${Buffer.from(Y.encodeStateAsUpdate(doc))} where notebook_id = ${notebookId}`
  return doc
}

async function showOutput(text: string): Promise<void> {
  const [id, at] = [randomUUID() as RunId, new Date()]
  await world.db.insert(runs).values({ id, workspaceId: world.workspaceId, notebookId, cause: 'person', scope: { kind: 'all' }, state: 'succeeded', startedAt: at, finishedAt: at })
  await world.db.insert(runCells).values({ runId: id, cellId: CELL, position: 0, kind: 'python', source: 'x', sourceDigest: 'x', state: 'succeeded', executionCount: 4, startedAt: at, finishedAt: at })
  await world.db.insert(outputs).values({ notebookId, seq: 1000, runId: id, cellId: CELL, output: { kind: 'stream', name: 'stdout', text } })
}

/** No cell here is a chart; those that are have their test in results.test.ts. */
const deps = () => ({ ...world.deps, reader: undefined as never })

async function fileOf(actor: Actor | null, format: ExportFormat = 'ipynb'): Promise<{ text: string; headers: Record<string, string> }> {
  const made = await exportNotebook(deps(), actor, { notebookId, format })
  if (!made.ok) throw new Error(`${made.reason}: ${made.message}`)
  return made.value
}

interface Parsed { cells: { id: string; source: string[]; outputs?: unknown[]; execution_count?: number; metadata: { dataharbour: Record<string, unknown> } }[] }

describe('the file of a notebook', () => {
  it('is valid, and holds text, outputs, the lock and where a comment’s words are now', async () => {
    const { text, headers } = await fileOf(viewer)
    expect(ipynbComplaints(text)).toEqual([])
    const { cells: [python, sql] } = JSON.parse(text) as Parsed
    expect(python).toMatchObject({ id: CELL, source: ['# moved\n', 'rate = 7\n', 'print(rate)'], execution_count: 4, outputs: [{ output_type: 'stream', name: 'stdout', text: ['42\n'] }] })
    expect(python?.metadata.dataharbour).toMatchObject({ kind: 'python', comments: [{ about: 'text', quote: 'rate', range: { start: 8, end: 12 }, comments: [{ author: 'Olga', body: 'Why seven?' }] }] })
    expect(sql?.metadata.dataharbour).toEqual({ kind: 'sql', lock: { by: 'Olga', at: '2026-11-01T00:00:00.000Z' } })
    expect(headers).toEqual({
      'content-type': 'application/x-ipynb+json; charset=utf-8', 'cache-control': 'private, no-store',
      'content-disposition': 'attachment; filename="Gr__en .. x.ipynb"; filename*=UTF-8\'\'Gr%C3%B6%C3%9Fen%20..%20x.ipynb',
    })
  })

  it.each([['py', 'text/x-python', '# %%\n# moved\nrate = 7\nprint(rate)\n\n# %% [sql]\n# select 1\n'], ['md', 'text/markdown', '```text\n42\n```']] as const)('comes as %s too', async (format, type, part) => {
    const { text, headers } = await fileOf(viewer, format)
    expect(text).toContain(part)
    expect([headers['content-type'], headers['content-disposition']]).toEqual([`${type}; charset=utf-8`, expect.stringContaining(`.${format}"`)])
  })

  it('for a guest of the link has the outputs and nothing of what people said', async () => {
    const guest: Guest = { kind: 'guest', shareId: randomUUID() as ShareId, notebookId }
    const { text } = await fileOf(guest)
    expect(text).toContain('42\\n')
    expect(text).not.toMatch(/Why seven|comments/)
  })

  it('S7: shows no output, run or state that an editor wrote into the document', async () => {
    const forged = { kind: 'stream', name: 'stdout', text: 'forged', state: 'succeeded', runId: randomUUID() }
    const before = (await readSnapshot({ db: world.db }, notebookId)).outputs
    await change((doc) => {
      const entry = doc.getMap<Y.Map<unknown>>('cells').get(CELL)!
      for (const key of ['outputs', 'output', 'run', 'runs', 'state', 'executionCount', 'result']) entry.set(key, [forged])
      for (const key of ['outputs', 'runs', 'results', SQL]) doc.getMap(key).set(SQL, forged)
    })
    for (const format of ['ipynb', 'md', 'py'] as const) expect((await fileOf(viewer, format)).text).not.toContain('forged')
    expect((await readSnapshot({ db: world.db }, notebookId)).outputs).toEqual(before)
    expect(JSON.stringify(await readNotebookFromStore(world.sql, notebookId))).not.toContain('forged')
    const { cells: [python, sql] } = JSON.parse((await fileOf(viewer)).text) as Parsed
    expect([python?.execution_count, sql?.outputs]).toEqual([4, []])
  })

  it('is not for others: not for who is not signed in, of another workspace, or of a link to another notebook', async () => {
    const elsewhere: Guest = { kind: 'guest', shareId: randomUUID() as ShareId, notebookId: randomUUID() as NotebookId }
    for (const [actor, reason] of [[null, 'sign-in-needed'], [outsider, 'not-found'], [elsewhere, 'not-found']] as const) {
      expect(await exportNotebook(deps(), actor, { notebookId, format: 'md' })).toMatchObject({ ok: false, reason })
    }
  })
})
