/** Member: a person in a workspace, with exactly one role. Roles are ordered from most to least able. */
import type { UserId } from './ids.ts'

export const ROLES = ['owner', 'editor', 'runner', 'commenter', 'viewer'] as const
export type Role = (typeof ROLES)[number]

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)

export const ROLE_SENTENCES: Record<Role, string> = {
  owner: 'can do everything, including members and compute',
  editor: 'can write, run, schedule and share',
  runner: 'can run cells but not change them',
  commenter: 'can read and comment',
  viewer: 'can read',
}

/** A member as other members see one. */
export interface MemberSummary {
  userId: UserId
  name: string
  email: string
  role: Role
  since: string
}
