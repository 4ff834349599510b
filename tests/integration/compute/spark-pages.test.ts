/** Spark's own pages through the app [S29]: who gets in, for how long, and what Spark is asked. Spark is a small server that asks for the signature as Spark does. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'
import type { Role } from '#lib/domain/member.ts'
import type { Actor, Member } from '#server/auth/actor.ts'
import { changeCompute, defaultCompute } from '#server/compute/compute-store.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { pagesKey } from '#server/compute/pages-key.ts'
import { enterPages, findPagesOfNotebook, readSparkPage } from '#server/compute/spark-pages.ts'
import { safePath } from '#server/log.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

const config = { authSecret: 'a-secret-for-tests-only-0123456789' }
const clock = { now: new Date() }
let world: World
let row: ComputeRow
let spark: Server
const people = {} as Record<Role | 'outsider', Member>
const asked: { path: string; headers: IncomingHttpHeaders }[] = []

beforeAll(async () => {
  world = await createWorld()
  for (const role of ['owner', 'editor', 'runner', 'commenter', 'viewer'] as const) people[role] = await world.addPerson(role, role)
  people.outsider = await world.addPerson('outsider', null)
  row = await defaultCompute(world.db, world.workspaceId)
  spark = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers })
    const [head, body, signature] = (request.headers.authorization ?? '').replace('Bearer ', '').split('.')
    const right = createHmac('sha256', Buffer.from(pagesKey(config.authSecret, row.id), 'base64url')).update(`${head}.${body}`).digest('base64url')
    if (signature !== right) return void response.writeHead(403).end()
    if (request.url?.startsWith('/?')) return void response.writeHead(302, { location: `http://${request.headers.host}/jobs/` }).end()
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'spark=1', 'content-security-policy': "default-src *" }).end('<html><head></head><body>Spark Jobs</body></html>')
  })
  await new Promise<void>((resolve) => spark.listen(0, '127.0.0.1', resolve))
  await changeCompute(world.db, row.id, { state: 'running', host: hostname(), uiUrl: `http://127.0.0.1:${(spark.address() as AddressInfo).port}` })
})
afterAll(async () => {
  spark.close()
  await world.drop()
})

const deps = () => ({ db: world.db, config, now: () => clock.now })
const passOf = async (actor: Actor) => {
  const entered = await enterPages(deps(), actor, row.id)
  if (!entered.ok) throw new Error(entered.message)
  return entered.value.pass
}
const read = (actor: Actor | null, pass: string, more: { path?: string; isDocument?: boolean } = {}) =>
  readSparkPage(deps(), actor, { computeId: row.id, pass, base: `/w/compute/${row.id}/spark-ui/p/${pass}`, path: more.path ?? '/jobs/', search: '?page=1', isDocument: more.isDocument ?? true })

describe('who gets in', () => {
  it.each(['owner', 'editor', 'runner'] as const)('is who may run: %s', async (role) => {
    const answer = await read(people[role], await passOf(people[role]))
    expect(answer).toMatchObject({ kind: 'page', status: 200, body: expect.stringContaining('Spark Jobs') })
    expect(JSON.stringify(answer)).not.toContain('spark=1')
  })

  it.each([['commenter', 'not-allowed'], ['viewer', 'not-allowed'], ['outsider', 'not-found']] as const)('is not %s', async (role, reason) => {
    expect(await enterPages(deps(), people[role], row.id)).toMatchObject({ ok: false, reason })
  })

  it('is no guest of a link and no stranger', async () => {
    const guest: Actor = { kind: 'guest', shareId: 's' as never, notebookId: null }
    expect((await enterPages(deps(), guest, row.id)).ok).toBe(false)
    expect((await enterPages(deps(), null, row.id)).ok).toBe(false)
    const pass = await passOf(people.owner)
    for (const actor of [guest, null, people.editor]) expect(await read(actor, pass)).toEqual({ kind: 'enter' })
  })

  it('loads what a page needs without a cookie, with a pass of this compute that is not over', async () => {
    const pass = await passOf(people.runner)
    expect(await read(null, pass, { isDocument: false })).toMatchObject({ kind: 'page' })
    const [body, signature] = pass.split('.')
    for (const wrong of ['', 'x', `${body}.`, `${body}.${signature?.slice(2)}aa`, `${Buffer.from(JSON.stringify([people.owner.userId, Date.now()])).toString('base64url')}.${signature}`]) {
      expect(await read(null, wrong, { isDocument: false })).toMatchObject({ kind: 'refused', status: 403 })
      expect(await read(people.owner, wrong)).toEqual({ kind: 'enter' })
    }
    clock.now = new Date(Date.now() + 11 * 60_000)
    expect(await read(people.runner, pass)).toEqual({ kind: 'enter' })
    expect(await read(null, pass, { isDocument: false })).toMatchObject({ kind: 'page' })
    clock.now = new Date(Date.now() + 31 * 60_000)
    expect(await read(null, pass, { isDocument: false })).toMatchObject({ kind: 'refused', status: 403 })
    clock.now = new Date()
  })

  it('is out when the role is taken away, whatever pass is held', async () => {
    const pass = await passOf(people.editor)
    const mine = and(eq(members.userId, people.editor.userId), eq(members.workspaceId, world.workspaceId))
    await world.db.update(members).set({ role: 'viewer' }).where(mine)
    expect(await read(null, pass, { isDocument: false })).toMatchObject({ kind: 'refused', status: 403 })
    await world.db.update(members).set({ role: 'editor' }).where(mine)
  })
})

describe('what Spark is asked', () => {
  it('is signed anew, with the address of these pages and nothing of the person', async () => {
    const pass = await passOf(people.owner)
    await read(people.owner, pass)
    const { path, headers } = asked.at(-1)!
    expect([path, headers['x-forwarded-context'], headers.cookie]).toEqual(['/jobs/?page=1', `/w/compute/${row.id}/spark-ui/p/${pass}`, undefined])
    expect(await read(people.owner, pass, { path: '/' })).toEqual({ kind: 'moved', location: `/w/compute/${row.id}/spark-ui/p/${pass}/jobs/` })
  })

  it('is nothing that acts', async () => {
    const before = asked.length
    for (const path of ['/jobs/job/kill/', '/stages/stage/kill', '/executors/threadDump/', '/metrics/json']) expect(await read(people.owner, await passOf(people.owner), { path })).toMatchObject({ kind: 'refused', status: 404 })
    expect(asked.length).toBe(before)
  })

  it('is nothing when it sleeps, runs on another machine or elsewhere; each is said', async () => {
    const kept = { state: row.state, host: row.host, uiUrl: row.uiUrl, kind: row.kind }
    const live = await defaultCompute(world.db, world.workspaceId)
    const said = async (change: Partial<ComputeRow>) => {
      await changeCompute(world.db, row.id, change)
      const entered = await enterPages(deps(), people.owner, row.id)
      await changeCompute(world.db, row.id, { ...kept, state: live.state, host: live.host, uiUrl: live.uiUrl })
      return entered.ok ? 'open' : entered.message
    }
    expect(await said({ state: 'stopped', uiUrl: null })).toContain('is not running')
    expect(await said({ host: 'worker-2' })).toContain('runs on the machine worker-2')
    expect(await said({ kind: 'remote', uiUrl: 'https://spark.example.org/' })).toContain('runs elsewhere')
    expect(await said({ uiUrl: 'http://127.0.0.1:1' })).toBe('open')
  })

  it('is found from a notebook, for who may', async () => {
    const notebook = await world.addNotebook(people.owner)
    expect(await findPagesOfNotebook(deps(), people.runner, notebook)).toMatchObject({ ok: true, value: { url: expect.stringMatching(new RegExp(`/compute/${row.id}/spark-ui/$`)) } })
    expect(await findPagesOfNotebook(deps(), people.viewer, notebook)).toMatchObject({ ok: false, reason: 'not-allowed' })
  })

  it('is in no log with its pass', () => expect(safePath('/w/compute/c/spark-ui/p/secret.pass/jobs/')).toBe('/w/compute/c/spark-ui/p/[hidden]/jobs/'))
})
