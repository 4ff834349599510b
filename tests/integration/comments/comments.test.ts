/** Comments on a real database: every verb by every role, who is told, what a copy takes along. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellText } from '#lib/document/read-notebook.ts'
import { anchorText, findAnchor } from '#lib/document/text-anchor.ts'
import type { CommentAnchor, CommentThread } from '#lib/domain/comment.ts'
import type { FeedEvent } from '#lib/domain/feed.ts'
import type { CellId, NotebookId, ResultId, RunId } from '#lib/domain/ids.ts'
import { ROLES, type Role } from '#lib/domain/member.ts'
import type { Actor, Guest, Member } from '#server/auth/actor.ts'
import { deleteComment, editComment } from '#server/comments/change-comment.ts'
import { markRead, readInbox } from '#server/comments/inbox.ts'
import { listThreads } from '#server/comments/list-threads.ts'
import { moveThread } from '#server/comments/move-thread.ts'
import { reply } from '#server/comments/reply.ts'
import { resolveThread } from '#server/comments/resolve-thread.ts'
import { startThread, type NewThread } from '#server/comments/start-thread.ts'
import { createFeed } from '#server/feed/listen.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { duplicateNotebook } from '#server/notebooks/duplicate-notebook.ts'
import { readSnapshot } from '#server/runs/read-outputs.ts'
import { comments } from '#server/store/schema/comments.ts'
import { notebooks } from '#server/store/schema/notebooks.ts'
import { results, runCells, runs } from '#server/store/schema/runs.ts'
import { audit, members, workspaces } from '#server/store/schema/workspaces.ts'
import { until } from '../../support/run-world.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

const CELL = 'c1' as CellId
let world: World
const people = {} as Record<Role, Member>
let mate: Member
let outsider: Member

beforeAll(async () => {
  world = await createWorld()
  for (const role of ROLES) people[role] = await world.addPerson(`${role[0]!.toUpperCase()}${role.slice(1)}`, role)
  mate = await world.addPerson('Ann Lee', 'commenter')
  outsider = await world.addPerson('Outsider', null)
})
afterAll(() => world.drop())

const notebook = (source = 'print(1)'): Promise<NotebookId> => world.addNotebook(people.owner, [{ id: CELL, kind: 'python', source }])
const start = (actor: Actor | null, notebookId: string, more: Partial<NewThread> = {}) =>
  startThread(world.deps, actor, { notebookId, cellId: CELL, anchor: { kind: 'cell' }, quote: '', body: 'Why?', mentions: [], requestId: 'r', ...more })

async function threadBy(actor: Member, notebookId: NotebookId, more: Partial<NewThread> = {}): Promise<CommentThread> {
  const made = await start(actor, notebookId, more)
  if (!made.ok) throw new Error(made.message)
  return made.value
}
async function threadsOf(notebookId: NotebookId, actor: Actor = people.viewer, isResolved?: boolean): Promise<CommentThread[]> {
  const found = await listThreads(world.deps, actor, { notebookId, ...(isResolved !== undefined && { isResolved }) })
  if (!found.ok) throw new Error(found.message)
  return found.value
}
const reasonOf = (outcome: { ok: boolean; reason?: string }): string => (outcome.ok ? 'done' : (outcome.reason ?? ''))

describe('what each role may do [S21]', () => {
  const WRITES: Record<Role, string> = { owner: 'done', editor: 'done', runner: 'done', commenter: 'done', viewer: 'not-allowed' }

  it.each(ROLES)('%s', async (role) => {
    const id = await notebook()
    const other = await threadBy(mate, id)
    const words = other.comments[0]!.id
    const actor = people[role]
    expect(reasonOf(await listThreads(world.deps, actor, { notebookId: id }))).toBe('done')
    expect(reasonOf(await start(actor, id))).toBe(WRITES[role])
    expect(reasonOf(await reply(world.deps, actor, { threadId: other.id, body: 'So', mentions: [], requestId: 'r' }))).toBe(WRITES[role])
    expect(reasonOf(await resolveThread(world.deps, actor, { threadId: other.id, isResolved: true, requestId: 'r' }))).toBe(WRITES[role])
    expect(reasonOf(await editComment(world.deps, actor, { commentId: words, body: 'Mine now', mentions: [], requestId: 'r' }))).toBe('not-allowed')
    expect(reasonOf(await deleteComment(world.deps, actor, { commentId: words, requestId: 'r' }))).toBe(role === 'owner' ? 'done' : 'not-allowed')
  })

  it('nothing for outsiders, and for strangers a word to sign in', async () => {
    const id = await notebook()
    const thread = await threadBy(mate, id)
    const commentId = thread.comments[0]!.id
    const verbs = (actor: Actor | null) => Promise.all([
      listThreads(world.deps, actor, { notebookId: id }), start(actor, id), reply(world.deps, actor, { threadId: thread.id, body: 'x', mentions: [], requestId: 'r' }),
      resolveThread(world.deps, actor, { threadId: thread.id, isResolved: true, requestId: 'r' }),
      editComment(world.deps, actor, { commentId, body: 'x', mentions: [], requestId: 'r' }), deleteComment(world.deps, actor, { commentId, requestId: 'r' }),
      moveThread(world.deps, actor, { threadId: thread.id, cellId: CELL, anchor: { kind: 'text', start: {}, end: {} }, requestId: 'r' }),
    ])
    expect((await verbs(outsider)).map(reasonOf)).toEqual(Array(7).fill('not-found'))
    expect((await verbs(null)).map(reasonOf)).toEqual(Array(7).fill('sign-in-needed'))
    const guest: Guest = { kind: 'guest', shareId: randomUUID() as never, notebookId: id }
    expect((await verbs(guest)).map(reasonOf)).toEqual(Array(7).fill('not-allowed'))
    const invited: Member = { ...outsider, links: [{ shareId: randomUUID() as never, notebookId: id, visitor: 'v' }] }
    const refused = await verbs(invited)
    expect(refused.map(reasonOf)).toEqual(Array(7).fill('not-allowed'))
    expect(refused[0]).toMatchObject({ message: 'Comments are for members of the workspace. Ask an owner to add you.' })
  })

  it('reading only while the notebook is in the trash', async () => {
    const id = await notebook()
    const thread = await threadBy(mate, id)
    await world.db.update(notebooks).set({ trashedAt: new Date() }).where(eq(notebooks.id, id))
    expect(await threadsOf(id)).toHaveLength(1)
    expect(await reply(world.deps, mate, { threadId: thread.id, body: 'x', mentions: [], requestId: 'r' })).toMatchObject({ reason: 'not-allowed', message: expect.stringContaining('trash') })
  })
})

describe('a thread', () => {
  it('holds what was said by whom, and leaves a trace in the audit', async () => {
    const id = await notebook()
    const thread = await threadBy(people.commenter, id, { quote: '  print  ', body: '  Why\u0000 this?  ' })
    await reply(world.deps, people.editor, { threadId: thread.id, body: 'Because.', mentions: [], requestId: 'r' })
    const [told] = await threadsOf(id)
    expect(told).toMatchObject({ cellId: CELL, anchor: { kind: 'cell' }, quote: 'print', resolvedAt: null, comments: [
      { author: { id: people.commenter.userId, name: 'Commenter' }, body: 'Why this?', editedAt: null }, { author: { name: 'Editor' }, body: 'Because.' },
    ] })
    const traces = await world.db.select({ action: audit.action, actor: audit.actor }).from(audit).where(and(eq(audit.requestId, 'r'), eq(audit.subject, thread.id)))
    expect(traces).toEqual([{ action: 'thread.start', actor: people.commenter.userId }])
  })

  it('is resolved and opened again, and told under the right heading', async () => {
    const id = await notebook()
    const thread = await threadBy(mate, id)
    expect(await resolveThread(world.deps, people.editor, { threadId: thread.id, isResolved: true, requestId: 'r' })).toMatchObject({ value: { resolvedBy: 'Editor' } })
    expect([await threadsOf(id, mate, false), await threadsOf(id, mate, true)].map((list) => list.length)).toEqual([0, 1])
    expect(await resolveThread(world.deps, mate, { threadId: thread.id, isResolved: false, requestId: 'r' })).toMatchObject({ value: { resolvedAt: null, resolvedBy: null } })
    expect([await threadsOf(id, mate, false), await threadsOf(id, mate, true)].map((list) => list.length)).toEqual([1, 0])
  })

  it('shows that a comment was changed, hides the words of a deleted one, and goes with its last words', async () => {
    const id = await notebook()
    const thread = await threadBy(mate, id, { body: 'Frist' })
    const first = thread.comments[0]!.id
    await reply(world.deps, people.editor, { threadId: thread.id, body: 'Second', mentions: [], requestId: 'r' })
    await editComment(world.deps, mate, { commentId: first, body: 'First', mentions: [], requestId: 'r' })
    expect((await threadsOf(id))[0]?.comments[0]).toMatchObject({ body: 'First', editedAt: expect.any(String) })
    await deleteComment(world.deps, mate, { commentId: first, requestId: 'r' })
    const left = (await threadsOf(id))[0]?.comments
    expect(left).toMatchObject([{ body: '', deletedAt: expect.any(String) }, { body: 'Second' }])
    expect(reasonOf(await editComment(world.deps, mate, { commentId: first, body: 'x', mentions: [], requestId: 'r' }))).toBe('not-found')
    await deleteComment(world.deps, people.owner, { commentId: left![1]!.id, requestId: 'r' })
    expect(await threadsOf(id)).toEqual([])
    expect(await world.db.$count(comments, eq(comments.threadId, thread.id))).toBe(2)
  })

  it.each([['   ', 'comment-empty'], ['x'.repeat(10_001), 'comment-too-long']])('refuses %.5s…', async (body, reason) => {
    expect(await start(mate, await notebook(), { body })).toMatchObject({ reason })
  })

  it('about a piece of text is put where that text is now, by who edits the notebook, and at no cell that is not there', async () => {
    const id = await world.addNotebook(people.owner, [{ id: CELL, kind: 'python', source: 'one two' }, { id: 'c2' as CellId, kind: 'python', source: 'two' }])
    const { id: threadId } = await threadBy(mate, id, { anchor: { kind: 'text', ...(await anchorAt(id, 4, 7)) }, quote: 'two' })
    const there = cellText(await documentAt(id), 'c2' as CellId)!
    const place = { cellId: 'c2' as CellId, anchor: { kind: 'text' as const, ...anchorText(there, { start: 0, end: 3 }) } }
    const move = (actor: Actor, more: Partial<Parameters<typeof moveThread>[2]> = {}) => moveThread(world.deps, actor, { threadId, ...place, requestId: 'r', ...more })
    expect(reasonOf(await move(people.commenter))).toBe('not-allowed')
    expect(reasonOf(await move(people.editor, { cellId: 'gone' as CellId }))).toBe('cell-missing')
    expect(reasonOf(await move(people.editor))).toBe('done')
    const [moved] = await threadsOf(id)
    expect(moved).toMatchObject({ id: threadId, cellId: 'c2', quote: 'two', comments: [{ body: 'Why?' }] })
    expect(findAnchor(there, moved!.anchor as never)).toEqual({ start: 0, end: 3 })
    const whole = await threadBy(mate, id)
    expect(reasonOf(await move(people.editor, { threadId: whole.id }))).toBe('place-missing')
  })

  it('is not begun at a cell that is not there, nor at the output or row of another notebook', async () => {
    const [id, other] = [await notebook(), await notebook()]
    const { runId, resultId } = await addResult(other)
    expect(await start(mate, id, { cellId: 'gone' as CellId })).toMatchObject({ reason: 'cell-missing' })
    expect(await start(mate, id, { anchor: { kind: 'output', runId } })).toMatchObject({ reason: 'place-missing' })
    expect(await start(mate, id, { anchor: { kind: 'row', resultId, row: 0 } })).toMatchObject({ reason: 'place-missing' })
    expect(await start(mate, other, { anchor: { kind: 'row', resultId, row: 3 } })).toMatchObject({ reason: 'place-missing' })
    const places: CommentAnchor[] = [{ kind: 'output', runId }, { kind: 'row', resultId, row: 2 }]
    for (const anchor of places) expect(await start(mate, other, { anchor })).toMatchObject({ value: { anchor } })
  })

  it('waits after thirty comments within a minute, and says so', async () => {
    const [eager, id] = [await world.addPerson('Eager', 'commenter'), await notebook()]
    const thread = await threadBy(eager, id)
    const outcomes = []
    for (let sent = 0; sent < 30; sent += 1) outcomes.push(reasonOf(await reply(world.deps, eager, { threadId: thread.id, body: 'again', mentions: [], requestId: 'r' })))
    expect(outcomes).toEqual([...Array<string>(29).fill('done'), 'too-many-requests'])
    expect(reasonOf(await reply(world.deps, mate, { threadId: thread.id, body: 'I may', mentions: [], requestId: 'r' }))).toBe('done')
  })
})

describe('the feed', () => {
  it('tells every reader of each write, in its order, and paints no run from it', async () => {
    const id = await notebook()
    const feed = await createFeed(world.deps)
    const seen: FeedEvent[][] = [[], []]
    for (const list of seen) feed.subscribe(id, 0, (rows) => void list.push(...rows.map((row) => row.event)))
    const thread = await threadBy(mate, id)
    const commentId = thread.comments[0]!.id
    await reply(world.deps, people.editor, { threadId: thread.id, body: 'x', mentions: [], requestId: 'r' })
    await editComment(world.deps, mate, { commentId, body: 'y', mentions: [], requestId: 'r' })
    await resolveThread(world.deps, mate, { threadId: thread.id, isResolved: true, requestId: 'r' })
    await resolveThread(world.deps, mate, { threadId: thread.id, isResolved: true, requestId: 'r' })
    await deleteComment(world.deps, mate, { commentId, requestId: 'r' })
    await until(() => seen.every((list) => list.length === 5))
    for (const list of seen) expect(list.every((event) => event.kind === 'thread.changed' && event.threadId === thread.id)).toBe(true)
    expect(await readSnapshot(world.deps, id)).toMatchObject({ seq: 5, runs: [], outputs: [] })
    await feed.close()
  })

  it('is told nothing when a write is refused', async () => {
    const id = await notebook()
    await start(people.viewer, id)
    await start(mate, id, { body: ' ' })
    expect(await readSnapshot(world.deps, id)).toMatchObject({ seq: 0 })
  })
})

describe('mentions [S22]', () => {
  const inbox = async (who: Member) => {
    const found = await readInbox(world.deps, who)
    if (!found.ok) throw new Error(found.message)
    return found.value
  }

  it('reach members whose name stands in the text, and nobody else', async () => {
    const ann = await world.addPerson('Ann', 'viewer')
    const ben = await world.addPerson('Ben', 'viewer')
    const id = await notebook()
    const mentions = [ann, ben, outsider, mate, people.editor].map((one) => one.userId as string).concat('nobody')
    const thread = await threadBy(people.editor, id, { body: 'Look, @Ann Lee and @Ben, also @Outsider and @Editor', mentions })
    expect(thread.comments[0]?.mentions).toEqual([{ id: mate.userId, name: 'Ann Lee' }, { id: ben.userId, name: 'Ben' }])
    expect([await inbox(ann), await inbox(outsider), await inbox(people.editor)].map((box) => box.unread)).toEqual([0, 0, 0])
    expect(await inbox(ben)).toMatchObject({ unread: 1, mentions: [{ threadId: thread.id, notebookId: id, author: 'Editor', readAt: null }] })
  })

  it('are counted until read: one, those of a thread, or all', async () => {
    const cleo = await world.addPerson('Cleo', 'commenter')
    const id = await notebook()
    const call = (body: string) => threadBy(people.editor, id, { body: `@Cleo ${body}`, mentions: [cleo.userId] })
    const [one, , three] = [await call('one'), await call('two'), await call('three')]
    await reply(world.deps, people.editor, { threadId: three.id, body: 'four, @Cleo', mentions: [cleo.userId], requestId: 'r' })
    const box = await inbox(cleo)
    expect(box.mentions.map((mention) => mention.body)).toEqual(['four, @Cleo', '@Cleo three', '@Cleo two', '@Cleo one'])
    expect(await markRead(world.deps, mate, { ids: box.mentions.map((mention) => mention.id) })).toMatchObject({ ok: true })
    expect((await inbox(cleo)).unread).toBe(4)
    expect(await markRead(world.deps, cleo, { threadId: three.id })).toMatchObject({ value: { unread: 2 } })
    expect(await markRead(world.deps, cleo, { ids: [box.mentions[3]!.id] })).toMatchObject({ value: { unread: 1 } })
    expect((await inbox(cleo)).mentions.find((mention) => mention.threadId === one.id)?.readAt).not.toBeNull()
    expect(await markRead(world.deps, cleo, {})).toMatchObject({ value: { unread: 0 } })
  })

  it('follow an edit, and go with a deleted comment, a lost membership and a notebook in the trash', async () => {
    const [dan, eve] = [await world.addPerson('Dan', 'viewer'), await world.addPerson('Eve', 'viewer')]
    const id = await notebook()
    const thread = await threadBy(mate, id, { body: 'Hi @Dan', mentions: [dan.userId] })
    const commentId = thread.comments[0]!.id
    await editComment(world.deps, mate, { commentId, body: 'Hi @Eve', mentions: [dan.userId, eve.userId], requestId: 'r' })
    expect([(await inbox(dan)).unread, (await inbox(eve)).unread]).toEqual([0, 1])
    await world.db.update(notebooks).set({ trashedAt: new Date() }).where(eq(notebooks.id, id))
    expect(await inbox(eve)).toEqual({ unread: 0, mentions: [] })
    await world.db.update(notebooks).set({ trashedAt: null }).where(eq(notebooks.id, id))
    await world.db.delete(members).where(eq(members.userId, eve.userId))
    expect(await inbox(eve)).toEqual({ unread: 0, mentions: [] })
    await world.db.insert(members).values({ workspaceId: world.workspaceId, userId: eve.userId, role: 'viewer' })
    expect((await inbox(eve)).unread).toBe(1)
    await deleteComment(world.deps, mate, { commentId, requestId: 'r' })
    expect(await inbox(eve)).toEqual({ unread: 0, mentions: [] })
  })

  it('come from all workspaces of a person', async () => {
    const faye = await world.addPerson('Faye', 'viewer')
    const elsewhere = randomUUID() as never
    await world.db.insert(workspaces).values({ id: elsewhere, slug: 'elsewhere', name: 'Elsewhere' })
    await world.db.insert(members).values([{ workspaceId: elsewhere, userId: faye.userId, role: 'viewer' }, { workspaceId: elsewhere, userId: people.owner.userId, role: 'owner' }])
    const [here, there] = [await notebook(), await notebook()]
    await world.db.update(notebooks).set({ workspaceId: elsewhere }).where(eq(notebooks.id, there))
    for (const id of [here, there]) await threadBy(people.owner, id, { body: '@Faye', mentions: [faye.userId] })
    expect((await inbox(faye)).mentions.map((mention) => mention.workspaceName)).toEqual(['Elsewhere', 'Harbour'])
  })
})

describe('a copy of a notebook', () => {
  it('takes the open threads along, at the same letters, and tells nobody again', async () => {
    const id = await notebook('total = price * count')
    const gil = await world.addPerson('Gil', 'viewer')
    const anchor = await anchorAt(id, 8, 13)
    await threadBy(mate, id, { anchor: { kind: 'text', ...anchor }, quote: 'price', body: 'Net, @Gil?', mentions: [gil.userId] })
    const done = await threadBy(mate, id)
    await resolveThread(world.deps, mate, { threadId: done.id, isResolved: true, requestId: 'r' })
    const { runId } = await addResult(id)
    await threadBy(people.editor, id, { anchor: { kind: 'output', runId }, quote: '42', body: 'Odd' })
    const made = await duplicateNotebook(world.deps, people.editor, { notebookId: id, requestId: 'r' })
    if (!made.ok) throw new Error(made.message)
    const copied = await threadsOf(made.value.id)
    expect(copied.map((thread) => [thread.anchor.kind, thread.quote, thread.comments.map((one) => [one.author.name, one.body])])).toEqual([
      ['text', 'price', [['Ann Lee', 'Net, @Gil?']]], ['cell', '42', [['Editor', 'Odd']]],
    ])
    const text = cellText(await documentAt(made.value.id), CELL)!
    const place = copied[0]!.anchor
    const range = place.kind === 'text' ? findAnchor(text, place) : null
    expect(text.toString().slice(range?.start, range?.end)).toBe('price')
    const box = await readInbox(world.deps, gil)
    expect(box).toMatchObject({ value: { unread: 1, mentions: [{ notebookId: id }] } })
  })
})

async function documentAt(id: NotebookId) {
  const { pieces } = await readPieces(world.sql, id, 1, BEFORE_EVERYTHING)
  return documentOf(pieces)
}

async function anchorAt(id: NotebookId, begin: number, end: number) {
  return anchorText(cellText(await documentAt(id), CELL)!, { start: begin, end })
}

/** A run of the cell and a result of three rows, as a worker would have left them. */
async function addResult(notebookId: NotebookId): Promise<{ runId: RunId; resultId: ResultId }> {
  const [runId, resultId] = [randomUUID() as RunId, randomUUID() as ResultId]
  await world.db.insert(runs).values({ id: runId, workspaceId: world.workspaceId, notebookId, cause: 'person', scope: { kind: 'all' } })
  await world.db.insert(runCells).values({ runId, cellId: CELL, position: 0, kind: 'python', source: '', sourceDigest: '' })
  await world.db.insert(results).values({ id: resultId, workspaceId: world.workspaceId, notebookId, runId, cellId: CELL, path: `ws/${resultId}`, version: 0, columns: [], rows: 3, truncated: false })
  return { runId, resultId }
}
