/**
 * Rights that are taken away reach whoever is connected, by a room's socket or a notebook's feed, in every web process
 * within 5 s, and nobody else is asked. Nobody's turn comes by itself here, except where a notice is lost.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NotebookId, UserId } from '#lib/domain/ids.ts'
import { accept } from '#lib/domain/outcome.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { actorOf, type Actor } from '#server/auth/actor.ts'
import { signIn } from '#server/auth/sign-in.ts'
import { signOut } from '#server/auth/sign-out.ts'
import { appendToFeed } from '#server/feed/append.ts'
import type { Feed } from '#server/feed/feed.ts'
import { createFeed } from '#server/feed/listen.ts'
import { openFeedStream } from '#server/feed/open-stream.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { admitVisitor } from '#server/rooms/admit-visitor.ts'
import type { Admission } from '#server/rooms/rooms.ts'
import { createShare } from '#server/shares/create-share.ts'
import { revokeShare } from '#server/shares/revoke-share.ts'
import { newShareCookie, shareCookieName } from '#server/shares/share-cookie.ts'
import { user } from '#server/store/schema/auth.ts'
import { members, workspaces } from '#server/store/schema/workspaces.ts'
import { addMember } from '#server/workspaces/add-member.ts'
import { changeRole, removeMember } from '#server/workspaces/change-member.ts'
import { createAccountsWorld, PASSWORD, type AccountsWorld } from '../../support/accounts-world.ts'
import { connectPeer, until } from '../../support/room-client.ts'
import { admitByCookie, startRoomServer, type RoomServer } from '../../support/room-server.ts'

const WITHIN_MS = 5_000
const TIMES = { beatMs: 14_000, idleMs: 30_000 }
const NEVER = 3_600_000

let world: AccountsWorld
let servers: RoomServer[]
let feed: Feed
let deps: AccountsWorld['deps']
let owner: Awaited<ReturnType<AccountsWorld['addPerson']>>
let friend: typeof owner
let notebookId: NotebookId
/** Who was asked again, once for each time. */
const asked: string[] = []
const closing: (() => void)[] = []

beforeAll(async () => {
  world = await createAccountsWorld()
  feed = await createFeed(world.deps)
  const times = { ...TIMES, recheckMs: NEVER }
  servers = [await startRoomServer({ databaseUrl: world.url, admit, times }), await startRoomServer({ databaseUrl: world.url, admit, times })]
  deps = { ...world.deps, rooms: servers[0]!.rooms }
})
beforeEach(async () => {
  owner = await world.addPerson('Olga')
  friend = await world.addPerson('Fritz')
  const added = await addMember(deps, owner.actor, { workspaceId: owner.slug, email: friend.email, role: 'editor', requestId: 'r' })
  const made = await createNotebook(deps, owner.actor, { workspaceId: owner.slug, title: 'Plan', folder: '', requestId: 'r' })
  if (!added.ok || !made.ok) throw new Error('The world was not made.')
  notebookId = made.value.id
  asked.length = 0
})
afterEach(() => closing.splice(0).forEach((close) => close()))
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await feed.close()
  await world.drop()
})

/** Real sessions and links, or the test's own cookie for many who need no account. */
async function admit(headers: Headers, id: string): Promise<Admission> {
  const cookie = headers.get('cookie') ?? ''
  const admission = await (cookie.startsWith('visitor=') ? admitByCookie(headers, id) : admitVisitor(world.deps, headers, id))
  if (!admission.ok) return admission
  return accept({ ...admission.value, recheck: () => (asked.push(`socket ${cookie}`), admit(headers, id)) })
}

function visit(server: RoomServer, cookie: string): Room {
  const room = connectPeer({ url: server.url, notebookId, cookie })
  closing.push(() => room.close())
  return room
}

async function follow(server: RoomServer, cookie: string, actorNow: () => Promise<Actor | null> = () => actorOf(world.deps, new Headers({ cookie }))) {
  const actor = await actorNow()
  const opened = actor && await openFeedStream({ ...world.deps, feed, access: server.access }, actor, { notebookId, afterSeq: 0, actorNow: () => (asked.push(`feed ${cookie}`), actorNow()) })
  if (!opened?.ok) throw new Error(`No feed for ${cookie}.`)
  const reader = opened.value.body!.pipeThrough(new TextDecoderStream()).getReader()
  closing.push(() => void reader.cancel())
  const seen = { isOver: false, text: '' }
  void (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) seen.text += part.value
    seen.isOver = true
  })()
  return seen
}
type Followed = Awaited<ReturnType<typeof follow>>

const inBoth = (cookie: string): Promise<Followed[]> => Promise.all(servers.map((server) => follow(server, cookie)))
const ended = (feeds: Followed[]): Promise<void> => until(() => feeds.every((one) => one.isOver), 'their feeds ended', WITHIN_MS)
/** A word on the feed that these hear. */
async function heard(feeds: Followed[]): Promise<void> {
  const reason = randomUUID()
  await world.db.transaction((tx) => appendToFeed(tx, notebookId, [{ kind: 'kernel.changed', state: 'busy', reason, at: new Date(0).toISOString() }]))
  await until(() => feeds.every((one) => one.text.includes(reason)), 'heard')
}
const link = async (): Promise<{ id: string; token: string; cookie: string }> => {
  const made = await createShare(deps, owner.actor, { kind: 'notebook', notebookId, expiresInDays: 1, requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  const token = made.value.path.replace('/share/', '')
  return { id: made.value.id, token, cookie: `${shareCookieName(made.value.id)}=${newShareCookie(token)}` }
}
const remove = () => removeMember(deps, owner.actor, { workspaceId: owner.slug, userId: friend.actor.userId, requestId: 'r' })
const sessionOf = async (cookie: string): Promise<Actor> => (await actorOf(world.deps, new Headers({ cookie })))!

describe('whose feed ends, in both processes within 5 s', () => {
  it('is a member who was removed, and nobody else is asked', async () => {
    const [theirs, mine] = [await inBoth(friend.cookie), await inBoth(owner.cookie)]
    await heard([...theirs, ...mine])
    await remove()
    await ended(theirs)
    await heard(mine)
    expect(asked).toEqual([`feed ${friend.cookie}`, `feed ${friend.cookie}`])
    await expect(follow(servers[1]!, friend.cookie)).rejects.toThrow('No feed')
  })

  it('is a session that was signed out, not the same person’s other one', async () => {
    const again = await signIn(world.deps, { email: friend.email, password: PASSWORD, address: '192.0.2.7', userAgent: null, requestId: 'r' })
    if (!again.ok) throw new Error(again.message)
    const elsewhere = again.value.cookies.map((one) => `${one.name}=${encodeURIComponent(one.value)}`).join('; ')
    const [here, there] = [await inBoth(friend.cookie), await inBoth(elsewhere)]
    await signOut(deps, await sessionOf(friend.cookie), { headers: new Headers({ cookie: friend.cookie }), requestId: 'r' })
    await ended(here)
    await heard(there)
  })

  it('S13 is the guest of a link that was taken back, not of another one', async () => {
    const [gone, kept] = [await link(), await link()]
    const [theirs, others] = [await inBoth(gone.cookie), await inBoth(kept.cookie)]
    await revokeShare(deps, owner.actor, { shareId: gone.id, requestId: 'r' })
    await ended(theirs)
    await heard(others)
    expect(new Set(asked)).toEqual(new Set([`feed ${gone.cookie}`]))
  })

  it('is a member who was removed and holds a link, and who may come again as its guest', async () => {
    const cookie = `${friend.cookie}; ${(await link()).cookie}`
    const theirs = await inBoth(cookie)
    await remove()
    await ended(theirs)
    await heard(await inBoth(cookie))
  })
})

describe('a change of one person’s role', () => {
  it('asks the socket and the feed of this person in the other process, and nobody else of the crowd there', async () => {
    const crowd = await addMany(40)
    const server = servers[1]!
    const rooms = crowd.map((userId) => visit(server, `visitor=${userId}:editor`))
    for (const userId of crowd) await follow(server, userId, async () => ({ kind: 'member', userId, name: userId, sessionId: null }))
    await until(() => rooms.every((room) => room.status === 'saved'), 'all in')
    expect(asked).toEqual([])
    const [one, last] = [crowd[20]!, crowd[30]!]
    const change = (userId: UserId) => changeRole(deps, owner.actor, { workspaceId: owner.slug, userId, role: 'viewer', requestId: 'r' })
    await change(one)
    await change(last)
    const meant = [one, last].flatMap((userId) => [`socket visitor=${userId}:editor`, `feed ${userId}`])
    // Notices are heeded one after the other: who was asked because of the first stands in `asked` by now.
    await until(() => meant.slice(2).every((who) => asked.includes(who)), 'asked', WITHIN_MS)
    expect(asked.toSorted()).toEqual(meant.toSorted())
  })
})

describe('what goes from process to process', () => {
  it('names who is concerned, and holds nothing that lets anybody in', async () => {
    const notices: string[] = []
    const listening = await world.sql.listen('access', (payload) => void notices.push(...payload.split('\n')))
    const { id, token } = await link()
    await revokeShare(deps, owner.actor, { shareId: id, requestId: 'r' })
    await remove()
    await signOut(deps, await sessionOf(friend.cookie), { headers: new Headers({ cookie: friend.cookie }), requestId: 'r' })
    await until(() => notices.length >= 3, 'three notices')
    await listening.unlisten()
    const [workspace] = await world.db.select().from(workspaces).where(eq(workspaces.slug, owner.slug))
    const userId = friend.actor.userId
    expect(notices.map((notice) => notice.split(' ')[0])).toEqual([`share:${id}`, `user:${userId},workspace:${workspace!.id}`, `user:${userId}`])
    const secrets = [token, ...friend.cookie.split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1, pair.indexOf('=') + 21))].filter((secret) => secret.length > 15)
    for (const secret of secrets) expect(notices.join()).not.toContain(secret)
  })
})

describe('a notice that is lost', () => {
  it('is made up for: sockets and feeds are asked in their turn, also right after the database cut the line', async () => {
    const server = await startRoomServer({ databaseUrl: world.url, admit, times: { ...TIMES, recheckMs: 500 } })
    const [room, mine] = [visit(server, friend.cookie), visit(server, owner.cookie)]
    const theirs = await follow(server, friend.cookie)
    await until(() => [room, mine].every(({ status }) => status === 'saved'), 'in')
    await world.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'dataharbour-rooms'`
    await world.db.delete(members).where(eq(members.userId, friend.actor.userId))
    await until(() => room.ended !== null && theirs.isOver, 'cut')
    await until(() => mine.status === 'saved', 'the others go on')
    room.close()
    mine.close()
    await server.stop()
  })
})

async function addMany(count: number): Promise<UserId[]> {
  const ids = Array.from({ length: count }, () => randomUUID() as UserId)
  const [workspace] = await world.db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.slug, owner.slug))
  await world.db.insert(user).values(ids.map((id) => ({ id, name: 'One of many', email: `${id}@example.org` })))
  await world.db.insert(members).values(ids.map((userId) => ({ userId, workspaceId: workspace!.id, role: 'editor' as const })))
  return ids
}
