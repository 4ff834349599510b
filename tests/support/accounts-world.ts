/** A world for tests of accounts, workspaces and notebooks: a fresh database, real auth, and rooms and access that only take notes. */
import type { Access, Concern } from '#server/access/access.ts'
import { createAuth } from '#server/auth/auth.ts'
import type { Actor, Member } from '#server/auth/actor.ts'
import { signUp } from '#server/auth/sign-up.ts'
import { createLog } from '#server/log.ts'
import type { Deps } from '#server/deps.ts'
import type { RoomVisitor, Rooms } from '#server/rooms/rooms.ts'
import type { NotebookId, UserId } from '#lib/domain/ids.ts'
import { createTestDatabase } from './database.ts'

export const PASSWORD = 'difference engine 1'

export async function createAccountsWorld(options: { isSignUpOpen?: boolean; publicUrl?: string } = {}) {
  const database = await createTestDatabase()
  const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
  const config = { publicUrl: options.publicUrl ?? 'http://127.0.0.1:3000', authSecret: 'a-secret-for-tests-only-0123456789', isSignUpOpen: options.isSignUpOpen ?? true }
  const auth = createAuth({ config, log, db: database.db })
  const cuts: { concern: Concern; code: number; isOver: (visitor: RoomVisitor) => boolean }[] = []
  const changes: Concern[] = []
  const edits: NotebookId[] = []
  const rooms = {
    closeSockets: (concern: Concern, code: number, _reason: string, isOver = () => true) => void cuts.push({ concern, code, isOver }),
    edit: async (notebookId: NotebookId) => void edits.push(notebookId),
    read: async () => ({ title: 'Report', cells: [{ id: 'c1', kind: 'python', source: 'print(1)' }] }),
  } as unknown as Rooms
  const access = { changed: (concern: Concern) => void changes.push(concern) } as unknown as Access
  const clock = { now: new Date() }
  const deps = { config, log, auth, db: database.db, sql: database.sql, rooms, access, now: () => clock.now } as unknown as Deps

  let people = 0
  /** Somebody with an account and a workspace of their own. */
  async function addPerson(name: string) {
    const email = `${name.toLowerCase()}-${(people += 1)}@example.org`
    const made = await signUp(deps, { name, email, password: PASSWORD, address: `10.0.${people}.1`, userAgent: null, requestId: 'r' })
    if (!made.ok) throw new Error(made.message)
    const cookie = made.value.cookies.map((one) => `${one.name}=${encodeURIComponent(one.value)}`).join('; ')
    const actor: Member = { kind: 'member', userId: made.value.userId, name, sessionId: 'a-session' }
    return { actor, email, cookie, slug: made.value.workspaceSlug }
  }

  return { ...database, deps, auth, clock, cuts, changes, edits, addPerson }
}

export type AccountsWorld = Awaited<ReturnType<typeof createAccountsWorld>>
export const strangerTo = (userId: string): Actor => ({ kind: 'member', userId: `not-${userId}` as UserId, name: 'Stranger', sessionId: null })
