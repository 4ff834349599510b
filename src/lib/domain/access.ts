/**
 * Access: the one table of who may do what. Routes, rooms and the page ask `can`; nothing else
 * decides. What is not in the table is denied. A guest (share link) is always a viewer. `queue:order` is for one's own
 * waiting runs and those behind them, `queue:order-all` for any (domain/queue.ts). `compute:inspect` is Spark's own pages:
 * who runs cells can read all of it by a cell anyway.
 */
import type { Role } from './member.ts'

export const ACTIONS = [
  'workspace:read', 'workspace:rename', 'members:manage', 'audit:read',
  'notebook:read', 'notebook:create', 'notebook:edit', 'notebook:trash', 'notebook:comment', 'notebook:lock', 'comment:moderate',
  'run:request', 'run:cancel', 'queue:order', 'queue:order-all',
  'result:read', 'trace:read',
  'data:read', 'data:edit', 'data:configure',
  'compute:read', 'compute:inspect', 'compute:manage', 'compute:configure',
  'schedule:read', 'schedule:manage', 'schedule:run',
  'workflow:read', 'workflow:manage', 'workflow:run',
  'dashboard:read', 'dashboard:edit',
  'share:manage',
] as const
export type Action = (typeof ACTIONS)[number]

const VIEW: readonly Action[] = [
  'workspace:read', 'notebook:read', 'result:read', 'data:read', 'compute:read', 'schedule:read', 'workflow:read', 'dashboard:read',
]
const COMMENT: readonly Action[] = [...VIEW, 'notebook:comment']
const RUN: readonly Action[] = [...COMMENT, 'run:request', 'run:cancel', 'trace:read', 'compute:inspect', 'schedule:run', 'workflow:run']
const EDIT: readonly Action[] = [
  ...RUN, 'notebook:create', 'notebook:edit', 'notebook:trash', 'queue:order', 'compute:manage',
  'schedule:manage', 'workflow:manage', 'dashboard:edit', 'share:manage', 'data:edit',
]

const TABLE: Record<Role, ReadonlySet<Action>> = {
  owner: new Set(ACTIONS),
  editor: new Set(EDIT),
  runner: new Set(RUN),
  commenter: new Set(COMMENT),
  viewer: new Set(VIEW),
}

export const can = (role: Role, action: Action): boolean => TABLE[role].has(action)
