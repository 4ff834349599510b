/** S5, S13, S19 with real sessions and links, in two web processes: who is let in as what, and who is cut when that changes. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cellText, readOutline } from '#lib/document/read-notebook.ts'
import { watchPresence } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { signOut } from '#server/auth/sign-out.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { restoreNotebook, trashNotebook } from '#server/notebooks/trash-notebook.ts'
import { admitVisitor } from '#server/rooms/admit-visitor.ts'
import { createShare } from '#server/shares/create-share.ts'
import { revokeShare } from '#server/shares/revoke-share.ts'
import { newShareCookie, shareCookieName } from '#server/shares/share-cookie.ts'
import { addMember } from '#server/workspaces/add-member.ts'
import { changeRole, removeMember } from '#server/workspaces/change-member.ts'
import { createAccountsWorld, type AccountsWorld } from '../../support/accounts-world.ts'
import { connectPeer, connectRaw, until } from '../../support/room-client.ts'
import { startRoomServer, type Admit, type RoomServer } from '../../support/room-server.ts'

const CUT_WITHIN_MS = 5_000
const TRIES = 120
const WARM_UP = 10
const median = (times: number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0

let world: AccountsWorld
let servers: RoomServer[]
let deps: AccountsWorld['deps']
let owner: Awaited<ReturnType<AccountsWorld['addPerson']>>
let friend: typeof owner
let notebookId: string
const open: Room[] = []

beforeAll(async () => {
  world = await createAccountsWorld()
  const admit: Admit = (headers, id) => admitVisitor(world.deps, headers, id)
  servers = [await startRoomServer({ databaseUrl: world.url, admit }), await startRoomServer({ databaseUrl: world.url, admit })]
  deps = { ...world.deps, rooms: servers[0]!.rooms }
})
beforeEach(async () => {
  owner = await world.addPerson('Olga')
  friend = await world.addPerson('Fritz')
  const added = await addMember(deps, owner.actor, { workspaceId: owner.slug, email: friend.email, role: 'editor', requestId: 'r' })
  const made = await createNotebook(deps, owner.actor, { workspaceId: owner.slug, title: 'Plan', folder: '', requestId: 'r' })
  if (!added.ok || !made.ok) throw new Error('The world was not made.')
  notebookId = made.value.id
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await world.drop()
})

/** A visit of the same person in each of the two processes. */
async function visits(cookie: string): Promise<Room[]> {
  const rooms = servers.map((server) => connectPeer({ url: server.url, notebookId, cookie }))
  open.push(...rooms)
  await until(() => rooms.every((room) => room.status === 'saved'), 'in')
  return rooms
}
const link = async (): Promise<{ id: string; cookie: string }> => {
  const made = await createShare(deps, owner.actor, { kind: 'notebook', notebookId, expiresInDays: 1, requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  return { id: made.value.id, cookie: `${shareCookieName(made.value.id)}=${newShareCookie(made.value.path.replace('/share/', ''))}` }
}
const cut = (rooms: Room[], reason: string): Promise<void> => until(() => rooms.every((room) => room.ended?.reason === reason), `cut: ${reason}`, CUT_WITHIN_MS)

describe('who is let in', () => {
  it('are members under their names with the rights of their role, and nobody else', async () => {
    const [mine] = await visits(owner.cookie)
    const seen = watchPresence(mine!)
    const [theirs] = await visits(friend.cookie)
    await until(() => seen.people.some((one) => one.id === friend.actor.userId && one.name === 'Fritz'), 'seen by name')
    expect([mine!.canEdit, theirs!.canEdit]).toEqual([true, true])
    const stranger = await world.addPerson('Sven')
    const outside = [stranger.cookie, 'dataharbour.session_token=forged.signature', ''].map((cookie) => connectPeer({ url: servers[0]!.url, notebookId, cookie }))
    open.push(...outside)
    await until(() => outside.every((room) => room.ended !== null), 'all refused')
    expect(outside.map((room) => room.ended?.code)).toEqual([4404, 4401, 4401])
    expect(outside.map((room) => readOutline(room.doc))).toEqual([[], [], []])
  })

  it('are guests of a link, who read and are seen as guests', async () => {
    const [mine] = await visits(owner.cookie)
    const seen = watchPresence(mine!)
    const [guest] = await visits((await link()).cookie)
    expect(guest!.canEdit).toBe(false)
    expect(readOutline(guest!.doc)).toHaveLength(1)
    await until(() => seen.people.some((one) => one.isGuest && one.name.startsWith('Guest ')), 'seen as a guest')
  })
})

describe('S9 who asks for a room of another workspace', () => {
  it('is told the same, in the same time, as for one that there is not', async () => {
    const { cookie } = await world.addPerson('Sven')
    const ask = async (id: string): Promise<number> => {
      const began = performance.now()
      const client = connectRaw({ url: servers[0]!.url, notebookId: id, cookie })
      expect(await client.closed).toEqual({ code: 4404, reason: expect.stringMatching(/^There is no such notebook/) as string })
      expect(client.received).toEqual([])
      return performance.now() - began
    }
    const [foreign, unknown]: number[][] = [[], []]
    // Taken in turns and each first half of the time, so that whatever else the machine does falls on both alike.
    for (let i = 0; i < TRIES; i += 1) {
      for (const isForeign of [i % 2 === 0, i % 2 !== 0]) (isForeign ? foreign : unknown)!.push(await ask(isForeign ? notebookId : randomUUID()))
    }
    const ratio = median(foreign!.slice(WARM_UP)) / median(unknown!.slice(WARM_UP))
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })
})

describe('who is cut, in both processes within 5 s', () => {
  it('is who signs out', async () => {
    const rooms = await visits(friend.cookie)
    const sessionId = (await deps.auth.api.getSession({ headers: new Headers({ cookie: friend.cookie }) }))?.session.id ?? null
    await signOut(deps, { ...friend.actor, sessionId }, { headers: new Headers({ cookie: friend.cookie }), requestId: 'r' })
    await cut(rooms, 'sign-in-needed')
  })

  it('is who is removed from the workspace', async () => {
    const rooms = await visits(friend.cookie)
    await removeMember(deps, owner.actor, { workspaceId: owner.slug, userId: friend.actor.userId, requestId: 'r' })
    await until(() => rooms.every((room) => room.ended !== null), 'cut', CUT_WITHIN_MS)
  })

  it('S13 is who came by a link that was taken back', async () => {
    const { id, cookie } = await link()
    const rooms = [...(await visits(cookie)), ...(await visits(cookie))]
    const [mine] = await visits(owner.cookie)
    await revokeShare(deps, owner.actor, { shareId: id, requestId: 'r' })
    await cut(rooms, 'share-ended')
    expect(mine!.status).toBe('saved')
  })

  it('is nobody whose role changes; they go on with the new one', async () => {
    const rooms = await visits(friend.cookie)
    await changeRole(deps, owner.actor, { workspaceId: owner.slug, userId: friend.actor.userId, role: 'viewer', requestId: 'r' })
    await until(() => rooms.every((room) => !room.canEdit && room.status === 'saved'), 'reading', CUT_WITHIN_MS)
    await changeRole(deps, owner.actor, { workspaceId: owner.slug, userId: friend.actor.userId, role: 'editor', requestId: 'r' })
    await until(() => rooms.every((room) => room.canEdit && room.status === 'saved'), 'writing', CUT_WITHIN_MS)
  })

  it('is nobody when the notebook goes to the trash; they read it, and write again when it is back', async () => {
    const rooms = await visits(friend.cookie)
    await trashNotebook(deps, owner.actor, { notebookId, requestId: 'r' })
    await until(() => rooms.every((room) => !room.canEdit), 'reading', CUT_WITHIN_MS)
    await restoreNotebook(deps, owner.actor, { notebookId, requestId: 'r' })
    await until(() => rooms.every((room) => room.canEdit && room.status === 'saved'), 'writing', CUT_WITHIN_MS)
    const cell = readOutline(rooms[0]!.doc)[0]!.id
    cellText(rooms[0]!.doc, cell)?.insert(0, 'back')
    await until(() => cellText(rooms[1]!.doc, cell)?.toString() === 'back', 'across')
  })
})
