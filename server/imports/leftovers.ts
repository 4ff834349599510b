/**
 * Files of a table that an import began and did not make. It takes them away itself; where the store was away by then, or
 * the worker died each time, they stay, and must not hold their place against the next import.
 */
import { and, desc, eq, ne } from 'drizzle-orm'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { LevelFile, Objects } from '../objects/objects.ts'
import type { Executor } from '../store/client.ts'
import { imports } from '../store/schema/uploads.ts'
import type { ImportRow } from './import-rows.ts'
import { targetPath } from './target-path.ts'

/** Files of a table are few: 5 GB, in pieces of 256 MB. */
const FILES_MAX = 1000
const IMPORTS_MAX = 1000
/** What delta-rs calls them in table.py, which writes no partitions; Spark's have another end unless somebody chose it. */
const IS_OURS = /^part-\d+-[0-9a-f-]+\.zstd\.parquet$/
/** By how much the store's clock may differ from Postgres's. */
const CLOCKS_DIFFER_MS = 10_000

type Span = Pick<ImportRow, 'createdAt' | 'finishedAt'>
const wroteIt = ({ createdAt, finishedAt }: Span, { name, modifiedAt }: LevelFile): boolean =>
  IS_OURS.test(name) && modifiedAt.getTime() >= createdAt.getTime() - CLOCKS_DIFFER_MS && modifiedAt.getTime() <= (finishedAt?.getTime() ?? Infinity) + CLOCKS_DIFFER_MS

/** In a folder without a log: only what this import can have written goes. */
export async function removeLeftovers(objects: Objects, row: Pick<ImportRow, 'workspaceId' | 'target'> & Span): Promise<void> {
  const folder = `${targetPath(row.workspaceId, row.target)}/`
  const { files } = await objects.level(folder, FILES_MAX)
  for (const file of files.filter((one) => wroteIt(row, one))) await objects.remove(folder + file.name)
}

/** Whether nothing lies there but what imports to this place left, or one writes now: the next waits for it in the queue. */
export async function isLeftOnly({ db, objects }: { db: Executor; objects: Objects }, workspaceId: WorkspaceId, path: string): Promise<boolean> {
  const { files, folders, isCut } = await objects.level(`${path}/`, FILES_MAX)
  if (isCut || folders.length > 0) return false
  if (files.length === 0) return true
  const unmade = await db.select({ target: imports.target, createdAt: imports.createdAt, finishedAt: imports.finishedAt }).from(imports)
    .where(and(eq(imports.workspaceId, workspaceId), ne(imports.state, 'done'))).orderBy(desc(imports.createdAt)).limit(IMPORTS_MAX)
  const here = unmade.filter(({ target }) => targetPath(workspaceId, target) === path)
  return files.every((file) => here.some((span) => wroteIt(span, file)))
}
