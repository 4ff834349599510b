/** A world for tests of results, dashboards and links: people with a notebook, a real reader, and runs that left real tables behind. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { CellId, NotebookId, ResultId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import type { RunCellState } from '#lib/domain/run.ts'
import { loadConfig } from '#server/config.ts'
import type { Deps } from '#server/deps.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { results, runCells, runs } from '#server/store/schema/runs.ts'
import { createAccountsWorld } from './accounts-world.ts'

export const TIES: ResultColumn[] = [{ name: 'group', type: 'int' }, { name: 'n', type: 'bigint' }]

export async function createResultsWorld() {
  const world = await createAccountsWorld()
  const config = { ...loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), ...world.deps.config }
  const objects = createMinioObjects(config.s3)
  const reader = createReader({ config, log: world.deps.log, objects })
  const deps = { ...world.deps, config, objects, reader } as Deps
  const prefix = `tests/${randomUUID()}`
  await promisify(execFile)(config.python, [fileURLToPath(new URL('./delta_tables.py', import.meta.url)), prefix], { env: process.env })

  const owner = await world.addPerson('Olga')
  const made = await createNotebook(deps, owner.actor, { workspaceId: owner.slug, title: 'Plan', folder: '', requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  const workspaceId = made.value.workspaceId as WorkspaceId
  const notebookId = made.value.id as NotebookId

  let copies = 0
  /** A run of one cell that left a table, `truncated` as the first rows of more. Each result has a path of its own, so the table is copied. */
  async function addResult(input: { cellId?: string; state?: RunCellState; table?: string; columns?: ResultColumn[]; finishedAt?: Date; source?: string; notebook?: NotebookId; truncated?: boolean } = {}): Promise<{ resultId: ResultId; runId: RunId }> {
    const [runId, resultId] = [randomUUID() as RunId, randomUUID() as ResultId]
    const { cellId = 'c1', state = 'succeeded', table = 'ties', columns = TIES, finishedAt = new Date(), source = 'df', notebook = notebookId, truncated = false } = input
    const path = `${prefix}/copy-${(copies += 1)}`
    for await (const { key } of objects.list(`${prefix}/${table}/`)) {
      const body = await objects.get(key)
      if (body !== null) await objects.put(path + key.slice(`${prefix}/${table}`.length), body)
    }
    const isOver = state !== 'running' && state !== 'queued'
    await world.db.insert(runs).values({ id: runId, workspaceId, notebookId: notebook, cause: 'schedule', scope: { kind: 'all' }, state: isOver ? 'failed' : 'running', finishedAt: isOver ? finishedAt : null })
    await world.db.insert(runCells).values({ runId, cellId: cellId as CellId, position: 0, kind: 'sql', source, sourceDigest: 'x', state, startedAt: state === 'queued' ? null : finishedAt, finishedAt: isOver ? finishedAt : null })
    await world.db.insert(results).values({ id: resultId, workspaceId, notebookId: notebook, runId, cellId: cellId as CellId, path, version: 0, columns, rows: 5000, truncated, cutBy: truncated ? 'rows' : null })
    return { resultId, runId }
  }

  return {
    ...world, deps, owner, workspaceId, notebookId, addResult,
    close: async () => {
      await reader.close()
      await objects.removeAll(`${prefix}/`)
      await world.drop()
    },
  }
}

export type ResultsWorld = Awaited<ReturnType<typeof createResultsWorld>>
