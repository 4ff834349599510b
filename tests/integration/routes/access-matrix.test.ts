/**
 * Every operation of the API against every kind of person [S21]. The table says which role is the least that may; a new
 * operation without a row fails. Refusals are tried with real ids and valid bodies, so that nothing else refuses first.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '#lib/domain/member.ts'
import { partName } from '#lib/domain/long-text.ts'
import { accept } from '#lib/domain/outcome.ts'
import type { FileRequest } from '#lib/domain/result-file.ts'
import { publishDeps, type Deps } from '#server/deps.ts'
import { createMemoryObjects } from '#server/objects/memory-objects.ts'
import { textPrefix } from '#server/runs/text-prefix.ts'
import { comments } from '#server/store/schema/comments.ts'
import { comparisons } from '#server/store/schema/comparisons.ts'
import { runPins } from '#server/store/schema/provenance.ts'
import { outputs, results, runCells, runs } from '#server/store/schema/runs.ts'
import { imports } from '#server/store/schema/uploads.ts'
import { members } from '#server/store/schema/workspaces.ts'
import type { ApiHandler } from '../../../src/lib/server/route.ts'
import { askRoute, HERE } from '../../support/ask-route.ts'
import { createAccountsWorld, type AccountsWorld } from '../../support/accounts-world.ts'

type Person = Awaited<ReturnType<AccountsWorld['addPerson']>>
/** `self`: about the person alone, anybody signed in. */
type Least = Role | 'self'
const ids: Record<string, string> = {}

const ALL = { kind: 'all' }
const TABLE: Record<string, [least: Least, body?: () => unknown]> = {
  'list-workspaces': ['self'], 'create-workspace': ['self', () => ({ name: 'Mine' })],
  'read-workspace': ['viewer'], 'rename-workspace': ['owner', () => ({ name: 'Ours' })],
  'list-members': ['viewer'], 'add-member': ['owner', () => ({ email: 'nobody@example.org', role: 'viewer' })],
  'change-role': ['owner', () => ({ role: 'owner' })], 'remove-member': ['owner'],
  'list-tokens': ['self'], 'create-token': ['self', () => ({ name: 'x' })], 'delete-token': ['self'],
  'list-notebooks': ['viewer'], 'create-notebook': ['editor', () => ({ title: 'x' })],
  'read-notebook': ['viewer'], 'edit-notebook': ['editor', () => ({ title: 'x' })], 'trash-notebook': ['editor'], 'restore-notebook': ['editor'], 'duplicate-notebook': ['editor'], 'export-notebook': ['viewer'],
  'list-versions': ['viewer'], 'name-version': ['editor', () => ({ name: 'x' })], 'read-version': ['viewer'], 'rename-version': ['editor', () => ({ name: 'x' })], 'restore-version': ['editor', () => ({})],
  'list-notebook-runs': ['viewer'], 'request-run': ['runner', () => ({ scope: ALL })], 'read-outputs': ['viewer'], 'follow-notebook': ['viewer'], 'list-cell-results': ['viewer'],
  'interrupt-notebook': ['runner'], 'read-kernel': ['viewer'], 'restart-kernel': ['runner'],
  'complete-code': ['runner', () => ({ code: 'pri', cursor: 3 })], 'inspect-code': ['runner', () => ({ code: 'print', cursor: 5 })], 'read-catalog': ['runner'], 'read-variables': ['viewer'], 'list-packages': ['viewer'], 'remove-package': ['runner'],
  'list-threads': ['viewer'], 'start-thread': ['commenter', () => ({ cellId: 'c1', anchor: { kind: 'cell' }, body: 'Why?' })], 'resolve-thread': ['commenter', () => ({ isResolved: true })],
  'move-thread': ['editor', () => ({ cellId: 'c1', anchor: { kind: 'text', start: {}, end: {} } })],
  'reply': ['commenter', () => ({ body: 'Because.' })], 'edit-comment': ['commenter', () => ({ body: 'Why not?' })], 'delete-comment': ['commenter'],
  'read-inbox': ['self'], 'mark-read': ['self', () => ({})],
  'read-run-text': ['viewer'], 'read-run-text-part': ['viewer'], 'download-run-text': ['viewer'],
  'read-run': ['viewer'], 'cancel-run': ['runner'], 'move-run': ['editor', () => ({ before: null })], 'rerun-run': ['runner'], 'repeat-run': ['runner'], 'read-verdict': ['viewer'], 'read-provenance': ['viewer', () => ({ cells: [] })], 'cancel-runs': ['runner', () => ({ whose: 'all' })],
  'set-inputs': ['runner', () => ({ values: {} })], 'list-workspace-runs': ['viewer'],
  'read-result': ['viewer'], 'read-result-page': ['viewer', () => ({})], 'read-result-chart': ['viewer', () => ({ mark: 'bar', x: 'a', y: null, color: null, aggregate: 'count' })],
  'download-result': ['viewer'], 'download-result-view': ['viewer', () => ({})], 'find-in-result': ['viewer', () => ({ text: 'x' })], 'summarize-columns': ['viewer', () => ({ columns: ['a'] })],
  'list-stops': ['viewer'], 'read-past': ['viewer'], 'list-other-results': ['viewer'], 'compare-results': ['viewer', () => ({ before: ids.results, after: ids.results })], 'read-comparison': ['viewer'], 'read-difference-page': ['viewer', () => ({})], 'read-difference-chart': ['viewer', () => ({ mark: 'bar', x: 'a', y: null, color: null, aggregate: 'count' })],
  'find-in-difference': ['viewer', () => ({ text: 'x' })], 'summarize-difference': ['viewer', () => ({ columns: ['a'] })], 'download-difference': ['viewer'], 'download-difference-view': ['viewer', () => ({})],
  'embed-result': ['editor', () => ({ kind: 'table', allowedOrigins: ['https://a.example'] })],
  'list-tables': ['viewer'], 'list-columns': ['viewer'], 'read-table': ['viewer'], 'read-table-page': ['viewer', () => ({})], 'read-table-chart': ['viewer', () => ({ mark: 'bar', x: 'a', y: null, color: null, aggregate: 'count' })],
  'find-in-table': ['viewer', () => ({ text: 'x' })], 'summarize-table': ['viewer', () => ({ columns: ['a'] })], 'download-table': ['viewer'], 'download-table-view': ['viewer', () => ({})],
  'read-table-history': ['viewer'], 'list-table-uses': ['viewer'], 'bin-table': ['editor'],
  'list-files': ['viewer'], 'preview-file': ['viewer'], 'download-file': ['viewer'], 'bin-file': ['editor'], 'list-data-bin': ['viewer'], 'restore-data': ['editor'],
  'list-uploads': ['editor'], 'begin-upload': ['editor', () => UPLOAD], 'list-imports': ['viewer'], 'request-import': ['editor', () => ({ uploadId: TEXT, target: { kind: 'file', path: 'a.csv' } })],
  'read-upload': ['editor'], 'discard-upload': ['editor'], 'put-upload-part': ['editor'], 'finish-upload': ['editor'], 'look-at-upload': ['editor', () => ({})], 'read-import': ['viewer'], 'cancel-import': ['editor'],
  'read-space': ['viewer'], 'set-retention': ['owner', () => ({ days: 30, count: null })], 'load-whole-result': ['runner'], 'pin-result': ['editor', () => ({ isPinned: true })],
  'list-computes': ['viewer'], 'read-compute': ['viewer'], 'list-compute-notebooks': ['viewer'], 'read-compute-log': ['viewer'], 'start-compute': ['editor'], 'stop-compute': ['editor'], 'restart-compute': ['editor'],
  'create-compute': ['owner', () => ({ name: 'Big', kind: 'embedded' })], 'edit-compute': ['owner', () => ({ name: 'Bigger' })], 'delete-compute': ['owner'],
  'read-notebook-compute': ['viewer'], 'choose-compute': ['editor', () => ({ computeId: null })],
  'list-schedules': ['viewer'], 'create-schedule': ['editor', () => ({ notebookId: ids.notebooks, cron: '0 9 * * *', zone: 'UTC' })], 'preview-schedule': ['self', () => ({ cron: '0 9 * * *', zone: 'UTC' })],
  'read-schedule': ['viewer'], 'update-schedule': ['editor', () => ({ isPaused: true })], 'delete-schedule': ['editor'], 'run-schedule': ['runner'],
  'list-workflows': ['viewer'], 'create-workflow': ['editor', () => ({ name: 'x' })], 'read-workflow': ['viewer'], 'update-workflow': ['editor', () => ({ name: 'x' })], 'delete-workflow': ['editor'],
  'start-workflow-run': ['runner'], 'read-workflow-run': ['viewer'], 'cancel-workflow-run': ['runner'], 'rerun-failed-steps': ['runner'],
  'list-dashboards': ['viewer'], 'create-dashboard': ['editor', () => ({ title: 'x' })], 'read-dashboard': ['viewer'], 'edit-dashboard': ['editor', () => ({ title: 'x' })], 'delete-dashboard': ['editor'],
  'add-tile': ['editor', () => ({ kind: 'text', options: { markdown: 'x' } })], 'edit-tile': ['editor', () => ({ title: 'x' })], 'remove-tile': ['editor'],
  'list-shares': ['editor'], 'create-share': ['editor', () => ({ kind: 'notebook', notebookId: ids.notebooks })], 'revoke-share': ['editor'],
}
/** What a guest of the notebook's link may do: read it and what it shows now. */
const GUEST_MAY = new Set(['read-notebook', 'export-notebook', 'read-outputs', 'follow-notebook', 'read-kernel', 'list-packages', 'read-run-text', 'read-run-text-part', 'download-run-text', 'read-result', 'read-result-page', 'read-result-chart', 'download-result', 'download-result-view', 'find-in-result', 'summarize-columns'])

const TEXT = randomUUID()
const UPLOAD = { name: 'a.csv', bytes: 3, changedAt: 1, head: 'a'.repeat(64) }
const FILE = '?path=raw/notes.txt'
const QUERY: Record<string, string> = { 'preview-file': FILE, 'download-file': FILE, 'bin-file': FILE, 'read-past': '?asOf=2026-01-01T09:00:00.000Z', 'read-run-text-part': '?part=0&firstRow=0&rows=1' }

const modules = import.meta.glob<Partial<Record<string, ApiHandler>>>(['../../../src/routes/api/v1/**/+server.ts', '!**/openapi.json/**'], { eager: true })
const operations = Object.entries(modules).flatMap(([file, module]) => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => {
  const handler = module[method]
  return handler === undefined ? [] : [{ name: handler.spec.name, method, routeId: file.replace(/^.*\/src\/routes/, '').replace('/+server.ts', ''), handler }]
}))
type Operation = (typeof operations)[number]

const NOTHING_DIFFERS = { key: [], repeatedKeys: 0, rows: { before: 1, after: 1 }, counts: { added: 0, removed: 0, changed: 0, unchanged: 1 }, schema: { added: [], removed: [], retyped: [], moved: [] }, columns: [], stored: { rows: 0, of: 0 } }

/** The log is read in the tests of data; here who may ask is shown. */
let fileAsked: FileRequest | null = null
const READER = {
  file: async (_table: unknown, request: FileRequest) => (fileAsked = request, accept({ body: new Blob(['"a"\r\n']).stream(), bytes: 5 })),
  state: async () => ({ ok: true, value: { schema: '{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}}]}', description: null, partitionColumns: [], rows: 1, files: 1, bytes: 1 } }),
  commits: async () => ({ ok: true, value: [] }),
}

let world: AccountsWorld
const people = {} as Record<Role | 'outsider', Person>
let guestCookie = ''

const send = (operation: Operation, cookie: string, body = TABLE[operation.name]?.[1]?.(), type = 'application/json'): Promise<Response> => {
  const noun = operation.routeId.split('/')[3] ?? ''
  const params = { ...(operation.routeId.includes('[text]') ? { text: TEXT } : {}), ...(operation.routeId.includes('[id]') ? { id: ids[noun] ?? '' } : {}), ...(operation.routeId.includes('[user]') ? { user: people.viewer.actor.userId } : {}), ...(operation.routeId.includes('[name]') ? { name: 'polars' } : {}), ...(operation.routeId.includes('[table]') ? { schema: 'sales', table: 'orders' } : {}), ...(operation.routeId.includes('[item]') ? { item: TEXT } : {}), ...(operation.routeId.includes('[part]') ? { part: '1' } : {}) }
  return askRoute(operation.handler, {
    method: operation.method, routeId: operation.routeId, path: `${operation.routeId}${QUERY[operation.name] ?? ''}`, params,
    headers: { cookie, origin: HERE, 'content-type': type }, ...(operation.method === 'GET' || body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function make(name: string, body?: unknown): Promise<string> {
  const operation = operations.find((one) => one.name === name)
  if (operation === undefined) throw new Error(`There is no operation ${name}.`)
  const response = await send(operation, people.owner.cookie, body)
  const made = (await response.json()) as { id: string; path?: string }
  if (!response.ok) throw new Error(`${name}: ${JSON.stringify(made)}`)
  if (made.path?.startsWith('/share/')) guestCookie = `dh_share_${made.id}=${made.path.slice('/share/'.length)}`
  return made.id
}

beforeAll(async () => {
  world = await createAccountsWorld()
  publishDeps(world.deps)
  for (const who of [...ROLES, 'outsider'] as const) people[who] = await world.addPerson(who)
  ids.workspaces = await make('create-workspace', { name: 'Matrix' })
  for (const role of ROLES) {
    if (role !== 'owner') await world.db.insert(members).values({ workspaceId: ids.workspaces as never, userId: people[role].actor.userId, role })
  }
  ids.notebooks = await make('create-notebook', { title: 'Plan', cells: [{ id: 'c1', kind: 'python', source: 'print(1)' }] })
  ids.versions = await make('name-version', { name: 'First' })
  ids.runs = await make('request-run', { scope: ALL })
  // It repeats itself, so that there is a verdict to ask for.
  await world.db.insert(runPins).values({ runId: ids.runs as never, pins: {} })
  await world.db.update(runs).set({ rerunOf: ids.runs })
  world.deps.objects = createMemoryObjects()
  await world.deps.objects.put(`${textPrefix({ id: ids.runs, workspaceId: ids.workspaces }, TEXT)}${partName({ part: 0, firstRow: 0, rows: 1 })}`, Buffer.from('printed\n'))
  await world.deps.objects.put(`ws/${ids.workspaces}/files/raw/notes.txt`, Buffer.from('noted'))
  await world.deps.objects.put(`ws/${ids.workspaces}/tables/sales.db/orders/_delta_log/00000000000000000000.json`, Buffer.from('{}'))
  world.deps.config = { ...world.deps.config, s3: { bucket: 'b' } } as never
  world.deps.reader = READER as never
  const [cell] = await world.db.select().from(runCells)
  ids.results = randomUUID()
  await world.db.insert(results).values({ id: ids.results as never, workspaceId: ids.workspaces as never, notebookId: ids.notebooks as never, runId: cell!.runId, cellId: cell!.cellId, path: 'ws/x', version: 0, columns: [{ name: 'a', type: 'int' }], rows: 1, truncated: false })
  await world.db.insert(outputs).values({ notebookId: ids.notebooks as never, seq: 1000, runId: cell!.runId, cellId: cell!.cellId, output: { kind: 'omitted', runId: cell!.runId, textId: TEXT, chars: 8, keptBytes: 8, isJump: false } })
  ids.comparisons = randomUUID()
  await world.db.insert(comparisons).values({ id: ids.comparisons as never, workspaceId: ids.workspaces as never, notebookId: ids.notebooks as never, beforeId: ids.results as never, afterId: ids.results as never, askedKey: '[]', path: 'ws/y', columns: [{ name: 'a', type: 'int' }], summary: NOTHING_DIFFERS })
  ids.threads = await make('start-thread', { cellId: 'c1', anchor: { kind: 'cell' }, body: 'Why?' })
  ids.comments = (await world.db.select().from(comments))[0]!.id
  ids.schedules = await make('create-schedule', { notebookId: ids.notebooks, cron: '0 9 * * *', zone: 'UTC' })
  ids.workflows = await make('create-workflow', { name: 'Nightly', steps: [{ key: 'one', notebookId: ids.notebooks, dependsOn: [] }] })
  ids['workflow-runs'] = await make('start-workflow-run')
  ids.dashboards = await make('create-dashboard', { title: 'Board' })
  ids.tiles = await make('add-tile', { kind: 'text', options: { markdown: 'x' } })
  ids.shares = await make('create-share', { kind: 'notebook', notebookId: ids.notebooks })
  const computes = operations.find((one) => one.name === 'list-computes')!
  ids.computes = ((await (await send(computes, people.owner.cookie)).json()) as { id: string }[])[0]?.id ?? ''
  ids.uploads = await make('begin-upload', UPLOAD)
  const [made] = await world.db.insert(imports).values({ workspaceId: ids.workspaces as never, uploadId: ids.uploads, target: { kind: 'file', path: 'a.csv' } }).returning()
  ids.imports = made!.id
  ids.tokens = 'no-such-token'
})
afterAll(() => world.drop())

describe('the table', () => {
  it('has a row for every operation, and no other', () => {
    expect(operations.map((one) => one.name).sort()).toEqual(Object.keys(TABLE).sort())
  })
})

describe('a stranger', () => {
  it.each(operations)('is asked to sign in: $name', async (operation) => expect((await send(operation, '')).status).toBe(401))
})

const inWorkspace = operations.filter((one) => TABLE[one.name]?.[0] !== 'self')

describe('somebody of another workspace', () => {
  it.each(inWorkspace)('finds nothing: $name', async (operation) => {
    const response = await send(operation, people.outsider.cookie)
    expect([response.status, (await response.json()).reason]).toEqual([404, 'not-found'])
  })
})

describe('a member whose role is not enough', () => {
  const pairs = inWorkspace.flatMap((operation) => {
    const least = TABLE[operation.name]?.[0] as Role
    return ROLES.slice(ROLES.indexOf(least) + 1).map((role) => ({ ...operation, role }))
  })
  it.each(pairs)('is refused: $role, $name', async ({ role, ...operation }) => {
    // Leaving is everybody's right, and the viewer is the one to be removed here.
    if (operation.name === 'remove-member' && role === 'viewer') return
    const response = await send(operation, people[role].cookie)
    expect([response.status, (await response.json()).reason]).toEqual([403, 'not-allowed'])
  })
})

describe('a member whose role is enough', () => {
  // Reading changes nothing, so it can be tried for all; the reader and the feed of this world are not real, and an upload is its owner's alone.
  const NEEDS_MORE = new Set(['follow-notebook', 'read-upload', 'read-dashboard', 'read-compute-log'])
  const pairs = inWorkspace.filter((one) => one.method === 'GET' && !NEEDS_MORE.has(one.name)).flatMap((operation) => {
    const least = TABLE[operation.name]?.[0] as Role
    return ROLES.slice(0, ROLES.indexOf(least) + 1).map((role) => ({ ...operation, role }))
  })
  it.each(pairs)('is answered: $role, $name', async ({ role, ...operation }) => expect((await send(operation, people[role].cookie)).status).toBe(200))
})

describe('a view of a wide table', () => {
  const columns = Array.from({ length: 10_000 }, (_, at) => `the column number ${at}`)
  const views = operations.filter(({ name }) => /^download-.*-view$/.test(name))

  it('is to be had of results, differences and tables', () => expect(views.map(({ name }) => name).sort()).toEqual(['download-difference-view', 'download-result-view', 'download-table-view']))
  it.each(views)('is taken as a file with all its columns: $name', async (operation) => {
    const asked = { format: 'csv', sort: [{ column: 'a', direction: 'desc' }], filter: [], columns, hasBom: true }
    const response = await send(operation, people.viewer.cookie, asked)
    expect([response.status, response.headers.get('content-disposition')]).toEqual([200, expect.stringMatching(/^attachment;.*\.csv/)])
    expect(await response.text()).toBe('"a"\r\n')
    expect(fileAsked).toEqual(asked)
  })
  it.each(views)('is made for nobody who sends a form: $name', async (operation) => {
    const response = await send(operation, people.viewer.cookie, {}, 'text/plain')
    expect([response.status, (await response.json()).reason]).toEqual([400, 'not-json'])
  })
})

describe('a guest of the notebook’s link', () => {
  it.each(operations.filter((one) => !GUEST_MAY.has(one.name)))('is refused: $name', async (operation) => {
    expect([401, 403, 404]).toContain((await send(operation, guestCookie)).status)
  })

  it.each(operations.filter((one) => GUEST_MAY.has(one.name) && one.method === 'GET' && one.name !== 'follow-notebook'))('reads: $name', async (operation) => {
    expect((await send(operation, guestCookie)).status).toBe(200)
  })
})
