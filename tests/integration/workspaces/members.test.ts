import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS, can } from '#lib/domain/access.ts'
import type { ShareId } from '#lib/domain/ids.ts'
import { ROLES } from '#lib/domain/member.ts'
import { SAMPLE_NOTEBOOKS, SAMPLES_FOLDER } from '#server/notebooks/add-sample-notebooks.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { listNotebooks } from '#server/notebooks/list-notebooks.ts'
import { addMember } from '#server/workspaces/add-member.ts'
import { authorizeNotebook, authorizeWorkspace } from '#server/workspaces/authorize.ts'
import { changeRole, removeMember } from '#server/workspaces/change-member.ts'
import { createWorkspace } from '#server/workspaces/create-workspace.ts'
import { listMembers } from '#server/workspaces/list-members.ts'
import { listWorkspaces } from '#server/workspaces/list-workspaces.ts'
import { renameWorkspace } from '#server/workspaces/rename-workspace.ts'
import { computes } from '#server/store/schema/compute.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { createAccountsWorld, strangerTo, type AccountsWorld } from '../../support/accounts-world.ts'

let world: AccountsWorld
let owner: Awaited<ReturnType<AccountsWorld['addPerson']>>
let other: typeof owner
let workspaceId: string
let notebookId: string

beforeAll(async () => {
  world = await createAccountsWorld()
  ;[owner, other] = [await world.addPerson('Olga'), await world.addPerson('Otto')]
  const made = await createWorkspace(world.deps, owner.actor, { name: 'Data Team', slug: null, requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  workspaceId = made.value.id
  const notebook = await createNotebook(world.deps, owner.actor, { workspaceId, title: 'Plan', folder: '', requestId: 'r' })
  if (!notebook.ok) throw new Error(notebook.message)
  notebookId = notebook.value.id
})
afterAll(() => world.drop())

const target = (userId: string) => ({ workspaceId, userId, requestId: 'r' })

describe('a new workspace', () => {
  it('has its maker as owner, a slug from its name and a default compute', async () => {
    const again = await createWorkspace(world.deps, owner.actor, { name: 'Data Team', slug: null, requestId: 'r' })
    expect(again).toMatchObject({ ok: true, value: { slug: 'data-team-2', role: 'owner' } })
    const rows = await world.db.select().from(computes).where(eq(computes.workspaceId, (again.ok ? again.value.id : '') as never))
    expect(rows).toMatchObject([{ isDefault: true }])
  })

  it('has the sample notebooks in their folder, to be changed apart from those of others', async () => {
    const own = await listNotebooks(world.deps, owner.actor, { workspaceId: owner.slug })
    const team = await listNotebooks(world.deps, owner.actor, { workspaceId, folder: SAMPLES_FOLDER })
    for (const list of [own, team]) expect(list.ok && list.value.map(({ title, folder }) => [folder, title]).sort()).toEqual(SAMPLE_NOTEBOOKS.map(({ title }) => [SAMPLES_FOLDER, title]).sort())
    const ids = [...SAMPLE_NOTEBOOKS, ...(own.ok ? own.value : []), ...(team.ok ? team.value : [])].map(({ id }) => id)
    expect(new Set(ids).size).toBe(9)
  })

  it.each([['Bad Slug!', 'slug-invalid'], ['api', 'slug-reserved'], ['data-team', 'slug-taken']])('refuses the slug %s', async (slug, reason) => {
    expect(await createWorkspace(world.deps, owner.actor, { name: 'X', slug, requestId: 'r' })).toMatchObject({ ok: false, reason })
  })

  it('gets different slugs when three of one name are made at once', async () => {
    const made = await Promise.all([1, 2, 3].map(() => createWorkspace(world.deps, owner.actor, { name: 'Twins', slug: null, requestId: 'r' })))
    const slugs = made.flatMap((one) => (one.ok ? [one.value.slug] : []))
    expect(slugs.sort()).toEqual(['twins', 'twins-2', 'twins-3'])
  })
})

describe('who may do what [S21]', () => {
  it.each(ROLES)('%s may do exactly what the access table says', async (role) => {
    await world.db.insert(members).values({ workspaceId: workspaceId as never, userId: other.actor.userId, role }).onConflictDoUpdate({ target: [members.workspaceId, members.userId], set: { role } })
    for (const action of ACTIONS) {
      expect((await authorizeWorkspace(world.deps, other.actor, workspaceId, action)).ok, action).toBe(can(role, action))
      expect((await authorizeNotebook(world.deps, other.actor, notebookId, action)).ok, action).toBe(can(role, action))
    }
    await world.db.delete(members).where(and(eq(members.workspaceId, workspaceId as never), eq(members.userId, other.actor.userId)))
  })

  it('shows a stranger nothing, not even that it exists', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000'
    for (const actor of [other.actor, strangerTo(owner.actor.userId)]) {
      expect(await authorizeWorkspace(world.deps, actor, workspaceId, 'workspace:read')).toEqual(await authorizeWorkspace(world.deps, actor, unknown, 'workspace:read'))
      expect(await authorizeNotebook(world.deps, actor, notebookId, 'notebook:read')).toEqual(await authorizeNotebook(world.deps, actor, unknown, 'notebook:read'))
      for (const id of ['', '../x', "' or true --", notebookId.toUpperCase()]) expect(await authorizeNotebook(world.deps, actor, id, 'notebook:read')).toMatchObject({ reason: 'not-found' })
    }
    expect(await authorizeNotebook(world.deps, null, notebookId, 'notebook:read')).toMatchObject({ reason: 'sign-in-needed' })
  })

  it('lets a guest read exactly the notebook of the link', async () => {
    const guest = { kind: 'guest', shareId: 's' as ShareId, notebookId: notebookId as never } as const
    for (const action of ACTIONS) expect((await authorizeNotebook(world.deps, guest, notebookId, action)).ok, action).toBe(can('viewer', action))
    expect(await authorizeNotebook(world.deps, { ...guest, notebookId: null }, notebookId, 'notebook:read')).toMatchObject({ reason: 'not-found' })
    expect(await authorizeWorkspace(world.deps, guest, workspaceId, 'workspace:read')).toMatchObject({ reason: 'not-found' })
  })
})

describe('members', () => {
  it('are added by the e-mail of an account, once', async () => {
    expect(await addMember(world.deps, owner.actor, { workspaceId, email: other.email.toUpperCase(), role: 'editor', requestId: 'r' })).toMatchObject({ ok: true, value: { name: 'Otto', role: 'editor' } })
    expect(await addMember(world.deps, owner.actor, { workspaceId, email: other.email, role: 'viewer', requestId: 'r' })).toMatchObject({ reason: 'member-exists' })
    expect(await addMember(world.deps, owner.actor, { workspaceId, email: 'nobody@example.org', role: 'viewer', requestId: 'r' })).toMatchObject({ reason: 'account-missing' })
    expect(await listMembers(world.deps, other.actor, workspaceId)).toMatchObject({ value: [{ name: 'Olga' }, { name: 'Otto' }] })
    expect(await listWorkspaces(world.deps, other.actor)).toMatchObject({ value: [{}, { name: 'Data Team', role: 'editor' }] })
  })

  it('cannot raise themselves', async () => {
    expect(await changeRole(world.deps, other.actor, { ...target(other.actor.userId), role: 'owner' })).toMatchObject({ reason: 'not-allowed' })
    expect(await addMember(world.deps, other.actor, { workspaceId, email: owner.email, role: 'viewer', requestId: 'r' })).toMatchObject({ reason: 'not-allowed' })
    expect(await renameWorkspace(world.deps, other.actor, { workspaceId, name: 'Mine', requestId: 'r' })).toMatchObject({ reason: 'not-allowed' })
  })

  it('get their sockets cut when the role changes', async () => {
    await changeRole(world.deps, owner.actor, { ...target(other.actor.userId), role: 'viewer' })
    expect(world.cuts.at(-1)).toMatchObject({ code: 1012, concern: { userId: other.actor.userId, workspaceId } })
  })

  it('may leave by themselves, but the last owner stays', async () => {
    expect(await removeMember(world.deps, owner.actor, target(owner.actor.userId))).toMatchObject({ reason: 'last-owner' })
    expect(await changeRole(world.deps, owner.actor, { ...target(owner.actor.userId), role: 'viewer' })).toMatchObject({ reason: 'last-owner' })
    expect(await removeMember(world.deps, other.actor, target(other.actor.userId))).toEqual({ ok: true, value: null })
    expect(world.cuts.at(-1)?.code).toBe(4403)
  })

  it('keep one owner when two owners step down at once', async () => {
    await addMember(world.deps, owner.actor, { workspaceId, email: other.email, role: 'owner', requestId: 'r' })
    const both = await Promise.all([owner, other].map((one) => changeRole(world.deps, one.actor, { ...target(one.actor.userId), role: 'viewer' })))
    expect(both.filter((one) => one.ok)).toHaveLength(1)
  })
})
