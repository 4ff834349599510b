/**
 * A small world for tests of schedules and workflows: a database with a workspace, people and notebooks, and
 * deps whose notebooks are read from memory. Runs are ended by `endRun`, as a worker would end them.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId, NotebookId, RunId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Role } from '#lib/domain/member.ts'
import type { EndState } from '#lib/domain/run.ts'
import type { Member } from '#server/auth/actor.ts'
import { createLog } from '#server/log.ts'
import { insertNotebook } from '#server/notebooks/insert-notebook.ts'
import type { Rooms } from '#server/rooms/rooms.ts'
import { user } from '#server/store/schema/auth.ts'
import { runs } from '#server/store/schema/runs.ts'
import { members, workspaces } from '#server/store/schema/workspaces.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

export const CELL: Cell = { id: 'c1' as CellId, kind: 'python', source: 'print(1)' }

export async function createWorld(given?: TestDatabase) {
  const database = given ?? (await createTestDatabase())
  const { db } = database
  const texts = new Map<NotebookId, Cell[]>()
  const readNotebook = async (id: NotebookId) => ({ title: 'n', cells: texts.get(id) ?? [] })
  const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
  const workspaceId = randomUUID() as WorkspaceId
  await db.insert(workspaces).values({ id: workspaceId, slug: `w-${workspaceId.slice(0, 8)}`, name: 'Harbour' })

  async function addPerson(name: string, role: Role | null): Promise<Member> {
    const userId = randomUUID() as UserId
    await db.insert(user).values({ id: userId, name, email: `${name}-${userId}@example.org`, emailVerified: true, createdAt: new Date(), updatedAt: new Date() })
    if (role !== null) await db.insert(members).values({ workspaceId, userId, role })
    return { kind: 'member', userId, name, sessionId: null }
  }

  async function addNotebook(owner: Member, cells: Cell[] = [CELL]): Promise<NotebookId> {
    const row = await db.transaction((tx) => insertNotebook(tx, { workspaceId, title: 'Report', folder: '', createdBy: owner.userId, cells }))
    texts.set(row.id, cells)
    return row.id
  }

  const endRun = (runId: RunId, state: EndState, reason: string | null = null) =>
    db.update(runs).set({ state, reason, finishedAt: new Date() }).where(eq(runs.id, runId))

  const rooms = { read: readNotebook } as unknown as Rooms
  return { ...database, deps: { db, sql: database.sql, log, now: () => new Date(), readNotebook, rooms }, workspaceId, addPerson, addNotebook, endRun, texts }
}

export type World = Awaited<ReturnType<typeof createWorld>>
