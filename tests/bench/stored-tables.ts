/** Delta tables for the benchmarks of reading, put into the bucket directly and told to the product as results of one run. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { CellId, NotebookId, ResultId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { loadConfig } from '#server/config.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { openStore } from '#server/store/client.ts'
import { results, runCells, runs } from '#server/store/schema/runs.ts'
import type { Product } from '../support/start-product.ts'
import type { Owner } from './owner.ts'

export const COLUMNS: ResultColumn[] = [{ name: 'id', type: 'bigint' }, { name: 'name', type: 'string' }, { name: 'value', type: 'double' }, { name: 'at', type: 'timestamp' }]

export async function openStoredTables(product: Product, owner: Owner) {
  const config = loadConfig(product.env)
  const objects = createMinioObjects(config.s3)
  const store = openStore(product.env.DATABASE_URL ?? '', { name: 'bench', max: 2 })
  const workspaceId = owner.workspaceId as WorkspaceId
  const prefix = `ws/${workspaceId}`
  const notebookId = (await owner.makeNotebook('Tables', [{ kind: 'python', source: 'df' }])).id as NotebookId
  const runId = randomUUID() as RunId
  const cellId = 'cell-0' as CellId
  await store.db.insert(runs).values({ id: runId, workspaceId, notebookId, cause: 'person', scope: { kind: 'all' }, state: 'succeeded', finishedAt: new Date() })
  await store.db.insert(runCells).values({ runId, cellId, position: 0, kind: 'python', source: 'df', sourceDigest: 'x', state: 'succeeded', finishedAt: new Date() })
  const python = (script: string, ...words: string[]) => promisify(execFile)(config.python, [fileURLToPath(new URL(`./${script}`, import.meta.url)), ...words], { env: product.env })

  async function tell(path: string, rows: number): Promise<ResultId> {
    const id = randomUUID() as ResultId
    await store.db.insert(results).values({ id, workspaceId, notebookId, runId, cellId, path, version: 0, columns: COLUMNS, rows, truncated: false })
    return id
  }

  return {
    config,
    /** Where it lies, and the result that it is. */
    async addResult(rows: number): Promise<{ path: string; id: ResultId }> {
      const path = `${prefix}/results/${runId}/${randomUUID()}`
      await python('make_delta.py', path, String(rows))
      return { path, id: await tell(path, rows) }
    },
    async copyResult(from: string, rows: number): Promise<ResultId> {
      const path = `${prefix}/results/${runId}/${randomUUID()}`
      await objects.copyAll(`${from}/`, `${path}/`)
      return tell(path, rows)
    },
    /** A table of the workspace with a log of so many commits. */
    addLongTable: (name: string, commits: number, files: number, hasCheckpoint: boolean) =>
      python('make_long_log.py', `${prefix}/tables/${name}`, String(commits), String(files), hasCheckpoint ? 'checkpoint' : 'bare'),
    close: async () => {
      await store.close()
      await objects.removeAll(`${prefix}/results/${runId}/`)
    },
  }
}

export type StoredTables = Awaited<ReturnType<typeof openStoredTables>>
