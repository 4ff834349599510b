import { describe, expect, it } from 'vitest'
import { ACTIONS, can, type Action } from '#lib/domain/access.ts'
import { ROLES, type Role } from '#lib/domain/member.ts'

/** The expected table, written out a second time on purpose: a change of rights must be made twice. */
const EXPECTED: Record<Action, Role[]> = {
  'workspace:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'workspace:rename': ['owner'],
  'members:manage': ['owner'],
  'audit:read': ['owner'],
  'notebook:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'notebook:create': ['owner', 'editor'],
  'notebook:edit': ['owner', 'editor'],
  'notebook:trash': ['owner', 'editor'],
  'notebook:comment': ['owner', 'editor', 'runner', 'commenter'],
  'notebook:lock': ['owner'],
  'comment:moderate': ['owner'],
  'run:request': ['owner', 'editor', 'runner'],
  'run:cancel': ['owner', 'editor', 'runner'],
  'queue:order': ['owner', 'editor'],
  'queue:order-all': ['owner'],
  'result:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'trace:read': ['owner', 'editor', 'runner'],
  'data:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'data:edit': ['owner', 'editor'],
  'data:configure': ['owner'],
  'compute:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'compute:inspect': ['owner', 'editor', 'runner'],
  'compute:manage': ['owner', 'editor'],
  'compute:configure': ['owner'],
  'schedule:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'schedule:manage': ['owner', 'editor'],
  'schedule:run': ['owner', 'editor', 'runner'],
  'workflow:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'workflow:manage': ['owner', 'editor'],
  'workflow:run': ['owner', 'editor', 'runner'],
  'dashboard:read': ['owner', 'editor', 'runner', 'commenter', 'viewer'],
  'dashboard:edit': ['owner', 'editor'],
  'share:manage': ['owner', 'editor'],
}

describe('access', () => {
  it.each(ACTIONS)('%s is allowed to exactly the roles of the table', (action) => {
    expect(ROLES.filter((role) => can(role, action))).toEqual(EXPECTED[action])
  })

  it('never gives a lesser role more than a greater one', () => {
    for (const action of ACTIONS) {
      const allowed = ROLES.map((role) => can(role, action))
      expect(allowed, action).toEqual([...allowed].sort((a, b) => Number(b) - Number(a)))
    }
  })
})
