/** A workspace with one notebook of given cells, straight in a test's database. */
import { randomUUID } from 'node:crypto'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId, NotebookId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import { insertNotebook } from '#server/notebooks/insert-notebook.ts'
import { user } from '#server/store/schema/auth.ts'
import { workspaces } from '#server/store/schema/workspaces.ts'
import type { TestDatabase } from './database.ts'

export const CELL = 'cell1' as CellId

export async function seedNotebook({ db }: TestDatabase, cells: Cell[] = [{ id: CELL, kind: 'python', source: '' }]): Promise<{ notebookId: NotebookId; workspaceId: WorkspaceId }> {
  const mark = randomUUID().slice(0, 8)
  const userId = `owner-${mark}` as UserId
  const workspaceId = randomUUID() as WorkspaceId
  await db.insert(user).values({ id: userId, name: 'Owner', email: `${mark}@test.invalid` })
  await db.insert(workspaces).values({ id: workspaceId, slug: `w-${mark}`, name: 'Test' })
  const row = await db.transaction((tx) => insertNotebook(tx, { workspaceId, title: 'Delays', folder: '', createdBy: userId, cells }))
  return { notebookId: row.id, workspaceId }
}
