/** Links: who gets in, with what, and for how long. Time is the database's. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ShareId } from '#lib/domain/ids.ts'
import { CLOSE } from '#lib/domain/close-codes.ts'
import { LINKS_MAX } from '#lib/domain/share.ts'
import { actorOf } from '#server/auth/actor.ts'
import { admitVisitor } from '#server/rooms/admit-visitor.ts'
import { admitGuest } from '#server/shares/admit-guest.ts'
import { createShare } from '#server/shares/create-share.ts'
import { listShares } from '#server/shares/list-shares.ts'
import { openShare } from '#server/shares/open-share.ts'
import { openSharedNotebook } from '#server/shares/open-shared-notebook.ts'
import { revokeShare } from '#server/shares/revoke-share.ts'
import { newShareCookie, shareCookieName } from '#server/shares/share-cookie.ts'
import { hashToken } from '#server/shares/share-token.ts'
import { shares } from '#server/store/schema/dashboards.ts'
import { audit, members } from '#server/store/schema/workspaces.ts'
import { authorizeNotebook, authorizeWorkspace } from '#server/workspaces/authorize.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { trashNotebook } from '#server/notebooks/trash-notebook.ts'
import { createAccountsWorld, type AccountsWorld } from '../../support/accounts-world.ts'

let world: AccountsWorld
let owner: Awaited<ReturnType<AccountsWorld['addPerson']>>
let notebookId: string
beforeAll(async () => {
  world = await createAccountsWorld()
  owner = await world.addPerson('Olga')
})
beforeEach(async () => {
  const made = await createNotebook(world.deps, owner.actor, { workspaceId: owner.slug, title: 'Plan', folder: '', requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  notebookId = made.value.id
  world.cuts.length = 0
})
afterAll(() => world.drop())

async function share(expiresInDays?: number | null): Promise<{ id: ShareId; token: string; headers: Headers }> {
  const made = await createShare(world.deps, owner.actor, { kind: 'notebook', notebookId, expiresInDays, requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  const token = made.value.path.replace('/share/', '')
  return { id: made.value.id, token, headers: cookieOf(made.value.id, token) }
}
const cookieOf = (id: ShareId, token: string) => new Headers({ cookie: `other=1; ${shareCookieName(id)}=${newShareCookie(token)}` })
const expire = (id: ShareId) => world.sql`update shares set expires_at = now() - interval '1 second' where id = ${id}`
const open = (token: string, address = '10.9.9.9') => openShare(world.deps, token, address)

describe('a token [S11]', () => {
  it('has 256 bits, is never twice the same, and only its hash is kept', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => share()))
    expect(new Set(made.map((one) => one.token)).size).toBe(20)
    for (const { token } of made) expect(Buffer.from(token, 'base64url').length).toBe(32)
    const dump = JSON.stringify(await world.sql`select * from shares`) + JSON.stringify(await world.sql`select * from audit`)
    for (const { token } of made) expect(dump).not.toContain(token)
    const [row] = await world.db.select().from(shares).where(eq(shares.id, made[0]!.id))
    expect(Buffer.from(row!.tokenHash)).toEqual(Buffer.from(hashToken(made[0]!.token)))
  })

  it('that is over makes room for another: only what still works counts to the limit', async () => {
    const { id } = await share()
    await world.sql`insert into shares (id, workspace_id, notebook_id, kind, token_hash, expires_at, created_at) select gen_random_uuid(), workspace_id, notebook_id, kind, sha256(n::text::bytea), now() + interval '1 day', now() from shares, generate_series(1, ${LINKS_MAX}) n where id = ${id}`
    const ask = () => createShare(world.deps, owner.actor, { kind: 'notebook', notebookId, requestId: 'r' })
    expect(await ask()).toMatchObject({ ok: false, reason: 'too-many-links' })
    await world.sql`update shares set expires_at = now() - interval '1 second' where notebook_id = ${notebookId}`
    expect(await ask()).toMatchObject({ ok: true })
  })

  it('that is wrong opens nothing; too many wrong ones are refused', async () => {
    for (const wrong of ['', 'x', 'A'.repeat(43), '../x', "' or 1=1", 'A'.repeat(5000)]) expect(await open(wrong), wrong).toMatchObject({ ok: false, reason: 'not-found' })
    const answers = []
    for (let n = 0; n < 70; n++) answers.push(await open('B'.repeat(43), '10.1.2.3'))
    expect(answers.at(-1)).toMatchObject({ ok: false, reason: 'too-many-requests' })
    const { token } = await share()
    expect(await open(token, '10.1.2.3')).toMatchObject({ ok: true })
  })
})

describe('a guest', () => {
  it('may read exactly the notebook of the link [S13]', async () => {
    const { headers, id } = await share()
    const actor = await actorOf(world.deps, headers)
    expect(actor).toMatchObject({ kind: 'guest', shareId: id, notebookId })
    expect(await authorizeNotebook(world.deps, actor, notebookId, 'notebook:read')).toMatchObject({ ok: true, value: { role: 'viewer', shareId: id } })
    expect(await authorizeNotebook(world.deps, actor, notebookId, 'result:read')).toMatchObject({ ok: true })
    for (const action of ['notebook:edit', 'run:request', 'share:manage', 'notebook:trash'] as const) {
      expect(await authorizeNotebook(world.deps, actor, notebookId, action)).toMatchObject({ ok: false, reason: 'not-allowed' })
    }
    expect(await authorizeWorkspace(world.deps, actor, owner.slug, 'workspace:read')).toMatchObject({ ok: false, reason: 'not-found' })
    const other = await createNotebook(world.deps, owner.actor, { workspaceId: owner.slug, title: 'Secret', folder: '', requestId: 'r' })
    expect(await authorizeNotebook(world.deps, actor, other.ok ? other.value.id : '', 'notebook:read')).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('may hold several links, each good for its own notebook', async () => {
    const one = await share()
    const firstNotebook = notebookId
    const second = await createNotebook(world.deps, owner.actor, { workspaceId: owner.slug, title: 'Second', folder: '', requestId: 'r' })
    notebookId = second.ok ? second.value.id : ''
    const two = await share()
    const headers = new Headers({ cookie: `${one.headers.get('cookie')}; ${two.headers.get('cookie')}` })
    const actor = await actorOf(world.deps, headers)
    for (const id of [firstNotebook, notebookId]) expect(await authorizeNotebook(world.deps, actor, id, 'notebook:read')).toMatchObject({ ok: true })
  })

  it('who is signed in keeps their own rights and sees the shared notebook besides', async () => {
    const { headers, id } = await share()
    const stranger = await world.addPerson('Sten')
    const both = new Headers({ cookie: `${stranger.cookie}; ${headers.get('cookie')}` })
    const actor = await actorOf(world.deps, both)
    expect(actor).toMatchObject({ kind: 'member', userId: stranger.actor.userId })
    expect(await authorizeNotebook(world.deps, actor, notebookId, 'notebook:read')).toMatchObject({ ok: true, value: { role: 'viewer', shareId: id } })
    const asOwner = await actorOf(world.deps, new Headers({ cookie: `${owner.cookie}; ${headers.get('cookie')}` }))
    expect(await authorizeNotebook(world.deps, asOwner, notebookId, 'notebook:edit')).toMatchObject({ ok: true, value: { role: 'owner', shareId: null } })
  })

  it('comes to the room under an animal’s name, the same one each time, and cannot edit', async () => {
    const { headers, id } = await share()
    const visit = async () => admitVisitor(world.deps, headers, notebookId)
    const [first, again] = [await visit(), await visit()]
    expect(first).toMatchObject({ ok: true, value: { userId: null, shareId: id, sessionId: null, canEdit: false, name: expect.stringMatching(/^Guest [A-Z]/) } })
    expect(again.ok && again.value.name).toBe(first.ok && first.value.name)
  })

  it.each([
    ['a token of another link', async (id: ShareId) => cookieOf(id, (await share()).token)],
    ['a wrong token', async (id: ShareId) => cookieOf(id, 'A'.repeat(43))],
    ['no token', async (id: ShareId) => new Headers({ cookie: `${shareCookieName(id)}=` })],
  ])('with %s is nobody', async (_what, headersFor) => {
    const { id } = await share()
    const headers = await headersFor(id)
    expect(await actorOf(world.deps, headers)).toBeNull()
    expect(await admitGuest(world.deps, headers, notebookId)).toMatchObject({ ok: false, reason: 'share-invalid' })
  })
})

describe('the end of a link [S13]', () => {
  it('expires by the clock of the database', async () => {
    const { id, token, headers } = await share(1)
    expect(await open(token)).toMatchObject({ ok: true })
    await expire(id)
    expect(await open(token)).toMatchObject({ ok: false, reason: 'share-expired' })
    expect(await actorOf(world.deps, headers)).toBeNull()
    expect(await admitVisitor(world.deps, headers, notebookId)).toMatchObject({ ok: false, reason: 'share-expired' })
    expect(await openSharedNotebook(world.deps, null, id)).toMatchObject({ ok: false, reason: 'share-expired' })
  })

  it('by revoking cuts its sockets, and only its own, and refuses at once', async () => {
    const { id, token, headers } = await share()
    const actor = await actorOf(world.deps, headers)
    expect(await openSharedNotebook(world.deps, actor, id)).toMatchObject({ ok: true, value: { notebook: { id: notebookId, canEdit: false, canRun: false } } })
    expect(await revokeShare(world.deps, owner.actor, { shareId: id, requestId: 'r' })).toEqual({ ok: true, value: null })
    expect(world.cuts).toHaveLength(1)
    const [cut] = world.cuts
    expect(cut).toMatchObject({ code: CLOSE.shareEnded, concern: { shareId: id } })
    expect(await open(token)).toMatchObject({ ok: false, reason: 'share-expired' })
    expect(await actorOf(world.deps, headers)).toBeNull()
    const rows = await world.db.select().from(audit).where(eq(audit.subject, id)).orderBy(audit.id)
    expect(rows.map((row) => row.action)).toEqual(['share.create', 'share.revoke'])
  })

  it('comes with the trash: a link shows nothing that its owners threw away', async () => {
    const { id, headers } = await share()
    await trashNotebook(world.deps, owner.actor, { notebookId, requestId: 'r' })
    const actor = await actorOf(world.deps, headers)
    expect(await authorizeNotebook(world.deps, actor, notebookId, 'notebook:read')).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await openSharedNotebook(world.deps, actor, id)).toMatchObject({ ok: false, reason: 'share-expired' })
  })
})

describe('who may share', () => {
  it('is an editor or an owner; others neither make, list nor revoke', async () => {
    const { id } = await share()
    const viewer = await world.addPerson('Vera')
    const [row] = await world.db.select().from(shares).where(eq(shares.id, id))
    await world.db.insert(members).values({ workspaceId: row!.workspaceId, userId: viewer.actor.userId, role: 'viewer' })
    expect(await createShare(world.deps, viewer.actor, { kind: 'notebook', notebookId, requestId: 'r' })).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await listShares(world.deps, viewer.actor, { workspaceId: owner.slug })).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await revokeShare(world.deps, viewer.actor, { shareId: id, requestId: 'r' })).toMatchObject({ ok: false, reason: 'not-allowed' })
    const stranger = await world.addPerson('Sten')
    expect(await createShare(world.deps, stranger.actor, { kind: 'notebook', notebookId, requestId: 'r' })).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await revokeShare(world.deps, stranger.actor, { shareId: id, requestId: 'r' })).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('sees the links that work, without their tokens', async () => {
    const [kept, gone, over] = [await share(), await share(), await share(7)]
    await revokeShare(world.deps, owner.actor, { shareId: gone.id, requestId: 'r' })
    await expire(over.id)
    await open(kept.token)
    const listed = await listShares(world.deps, owner.actor, { workspaceId: owner.slug, notebookId })
    expect(listed).toMatchObject({ ok: true, value: [{ id: kept.id, kind: 'notebook', title: 'Plan', createdBy: 'Olga', lastUsedAt: expect.any(String) }] })
    expect(JSON.stringify(listed)).not.toContain(kept.token)
  })
})
