/** Imports that are not over, and what they hold on to: the file that is read, and the place where it goes. */
import { and, eq, inArray } from 'drizzle-orm'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { imports } from '../store/schema/uploads.ts'
import { targetPath } from './target-path.ts'

export const IS_OPEN = inArray(imports.state, ['waiting', 'running'])

export async function isBeingRead(executor: Executor, uploadId: string): Promise<boolean> {
  const rows = await executor.select({ id: imports.id }).from(imports).where(and(eq(imports.uploadId, uploadId), IS_OPEN)).limit(1)
  return rows.length > 0
}

/** To be asked while the place is held (binned.ts). */
export async function isBroughtTo(executor: Executor, workspaceId: WorkspaceId, path: string): Promise<boolean> {
  const rows = await executor.select({ target: imports.target }).from(imports).where(and(eq(imports.workspaceId, workspaceId), IS_OPEN))
  return rows.some(({ target }) => targetPath(workspaceId, target) === path)
}
