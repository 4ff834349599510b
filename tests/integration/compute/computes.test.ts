/** Computes as an owner writes them: what is kept, what is refused, what becomes of a token and of the notebooks that chose one. */
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'
import type { ComputeId, NotebookId } from '#lib/domain/ids.ts'
import type { Member } from '#server/auth/actor.ts'
import { alignGivenComputes, computeOfNotebook, defaultCompute } from '#server/compute/compute-store.ts'
import { connectUrlOf } from '#server/compute/connect-url-of.ts'
import { createCompute } from '#server/compute/create-compute.ts'
import { deleteCompute } from '#server/compute/delete-compute.ts'
import { editCompute } from '#server/compute/edit-compute.ts'
import { listComputeNotebooks } from '#server/compute/list-compute-notebooks.ts'
import { listComputes } from '#server/compute/list-computes.ts'
import { chooseCompute, readNotebookCompute } from '#server/compute/notebook-compute.ts'
import { openParameters } from '#server/compute/seal-parameters.ts'
import { startCompute } from '#server/compute/start-compute.ts'
import { tryConnect } from '#server/compute/try-connect.ts'
import { computes } from '#server/store/schema/compute.ts'
import { audit } from '#server/store/schema/workspaces.ts'
import { connectUrlFrom } from '../../support/connect-url-from.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

const config = { authSecret: 'a-secret-for-tests-only-0123456789' }
const requestId = 'r'
let world: World
let owner: Member
let editor: Member
let notebook: NotebookId
let cluster: Http2Server
let clusterUrl = ''
/** What the cluster answers, and what it was asked with. */
let status = '0'
const asked: (string | undefined)[] = []

beforeAll(async () => {
  world = await createWorld()
  owner = await world.addPerson('Ada', 'owner')
  editor = await world.addPerson('Ben', 'editor')
  notebook = await world.addNotebook(owner)
  cluster = createServer()
  cluster.on('stream', (stream, headers) => {
    asked.push(headers.authorization)
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status }, { endStream: true })
  })
  await new Promise<void>((resolve) => cluster.listen(0, '127.0.0.1', resolve))
  clusterUrl = `sc://localhost:${(cluster.address() as AddressInfo).port}`
})
afterAll(async () => {
  cluster.close()
  await world.drop()
})

const deps = () => ({ db: world.db, config })
const made = async (fields: Partial<Parameters<typeof createCompute>[2]>) => createCompute(deps(), owner, { workspaceId: world.workspaceId, kind: 'embedded', name: 'Big', requestId, ...fields })
const rowOf = async (id: string) => (await world.db.select().from(computes).where(eq(computes.id, id as ComputeId)))[0]!
const idOf = (outcome: Awaited<ReturnType<typeof made>>): ComputeId => {
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome.value.id
}

describe('what is written', () => {
  it('is kept as it was given, and refused in a sentence that loses nothing', async () => {
    const id = idOf(await made({ memoryMb: 4096, cores: 3, idleMinutes: 10 }))
    expect(await rowOf(id)).toMatchObject({ name: 'Big', memoryMb: 4096, cores: 3, idleMinutes: 10, state: 'stopped', isDefault: false, isGiven: false })
    expect(await made({ name: ' big '.toUpperCase().trim() })).toMatchObject({ ok: true })
    expect(await made({})).toMatchObject({ ok: false, reason: 'name-taken', message: expect.stringContaining('“Big”') })
    expect(await made({ name: 'Tiny', memoryMb: 1 })).toMatchObject({ ok: false, reason: 'memory-invalid' })
    expect(await editCompute(deps(), owner, { computeId: id, name: 'BIG', memoryMb: 8192, requestId })).toMatchObject({ ok: false, reason: 'name-taken' })
    expect(await editCompute(deps(), owner, { computeId: id, cores: 0, requestId })).toMatchObject({ ok: false, reason: 'cores-invalid' })
    expect(await editCompute(deps(), owner, { computeId: id, url: clusterUrl, requestId })).toMatchObject({ ok: false, reason: 'url-not-its' })
    expect(await rowOf(id)).toMatchObject({ name: 'Big', memoryMb: 4096, cores: 3 })
    expect(await editCompute(deps(), owner, { computeId: id, memoryMb: null, requestId })).toMatchObject({ ok: true, value: { memoryMb: null, cores: 3 } })
  })

  it('is the owner’s alone', async () => {
    expect(await createCompute(deps(), editor, { workspaceId: world.workspaceId, kind: 'embedded', name: 'Mine', requestId })).toMatchObject({ ok: false, reason: 'not-allowed' })
  })
})

describe('a Spark elsewhere', () => {
  const TOKEN = 'gr4nite-harbour-token'

  it('S25: is made when it answers; its token goes there and nowhere else', async () => {
    const id = idOf(await made({ kind: 'remote', name: 'Cluster', url: `${clusterUrl}/;token=${TOKEN}`, pagesUrl: 'https://spark.example.org' }))
    expect(asked.at(-1)).toBe(`Bearer ${TOKEN}`)
    const row = await rowOf(id)
    expect(row).toMatchObject({ url: clusterUrl, state: 'running', uiUrl: 'https://spark.example.org/' })
    const listed = await listComputes(deps(), owner, { workspaceId: world.workspaceId })
    const everything = JSON.stringify([row, listed, await world.db.select().from(audit)])
    expect(everything).not.toContain(TOKEN)
    expect(everything).not.toContain(Buffer.from(TOKEN).toString('base64').slice(0, 12))
    expect(listed.ok && listed.value.find((one) => one.id === id)).toMatchObject({ url: clusterUrl, hasToken: true })
    expect(connectUrlOf(config, row)).toEqual({ ok: true, value: `${clusterUrl}/;token=${TOKEN}` })
    expect(openParameters(config.authSecret, 'another' as ComputeId, row.sealedParameters!)).toBeNull()
    expect(connectUrlOf({ authSecret: 'another-secret-of-thirty-two-letters' }, row)).toMatchObject({ ok: false, message: expect.stringContaining('AUTH_SECRET') })
    // A change of something else keeps it; another address without one takes it away.
    await editCompute(deps(), owner, { computeId: id, name: 'The cluster', requestId })
    expect((await rowOf(id)).sealedParameters).toBe(row.sealedParameters)
    await editCompute(deps(), owner, { computeId: id, url: clusterUrl, requestId })
    expect(await rowOf(id)).toMatchObject({ sealedParameters: null, name: 'The cluster' })
  })

  it('is told by its state whether it answers, and by its reason why not', async () => {
    const [row] = await world.db.select().from(computes).where(eq(computes.name, 'The cluster'))
    status = '16'
    expect(await startCompute(deps(), editor, { computeId: row!.id, requestId })).toMatchObject({ ok: true, value: { state: 'failed', reason: expect.stringContaining('asks for a token') } })
    status = '12'
    expect(await startCompute(deps(), editor, { computeId: row!.id, requestId })).toMatchObject({ ok: true, value: { state: 'failed', reason: expect.stringContaining('not Spark Connect') } })
    status = '0'
    expect(await startCompute(deps(), editor, { computeId: row!.id, requestId })).toMatchObject({ ok: true, value: { state: 'running', reason: null } })
  })

  it.each([
    ['sc://127.0.0.1:1', 'Nobody listens at 127.0.0.1:1'], ['sc://no-such-host.invalid', 'no host called no-such-host.invalid'], ['sc://169.254.169.254', 'its cloud'], ['sc://a/b', 'path'],
  ])('is not made of %s', async (url, sentence) => {
    const count = await world.db.$count(computes)
    expect(await made({ kind: 'remote', name: 'Nowhere', url })).toMatchObject({ ok: false, message: expect.stringContaining(sentence) })
    expect(await world.db.$count(computes)).toBe(count)
  })

  it('is given up on in time when it says nothing', async () => {
    const { createServer: listen } = await import('node:net')
    const silent = listen(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const tried = await tryConnect(connectUrlFrom(`sc://127.0.0.1:${(silent.address() as AddressInfo).port}`), 300)
    silent.close()
    expect(tried).toMatchObject({ ok: false, message: expect.stringContaining('did not answer within 0.3 seconds') })
  })
})

describe('the default and the choice', () => {
  const chosen = async () => (await computeOfNotebook(world.db, { workspaceId: world.workspaceId, notebookId: notebook })).id

  it('is one per workspace at all times; it is not deleted', async () => {
    const first = await defaultCompute(world.db, world.workspaceId)
    const [big] = await world.db.select().from(computes).where(eq(computes.name, 'Big'))
    expect(await chosen()).toBe(first.id)
    expect(await editCompute(deps(), owner, { computeId: big!.id, isDefault: true, requestId })).toMatchObject({ ok: true, value: { isDefault: true } })
    expect(await world.db.$count(computes, and(eq(computes.workspaceId, world.workspaceId), eq(computes.isDefault, true)))).toBe(1)
    expect(await chosen()).toBe(big!.id)
    expect(await deleteCompute(deps(), owner, { computeId: big!.id, movesNotebooks: true, requestId })).toMatchObject({ ok: false, reason: 'compute-default' })
    await editCompute(deps(), owner, { computeId: first.id, isDefault: true, requestId })
  })

  it('is kept for the notebook, refused from another workspace, and moved when its compute is deleted', async () => {
    const [big] = await world.db.select().from(computes).where(eq(computes.name, 'Big'))
    expect(await chooseCompute(deps(), editor, { notebookId: notebook, computeId: big!.id, requestId })).toMatchObject({ ok: true, value: { chosenId: big!.id, name: 'Big', kernelComputeId: null, needsRestart: false } })
    const other = await createWorld()
    const stranger = await defaultCompute(other.db, other.workspaceId)
    await other.drop()
    expect(await chooseCompute(deps(), editor, { notebookId: notebook, computeId: stranger.id, requestId })).toMatchObject({ ok: false, reason: 'compute-missing' })
    expect(await chosen()).toBe(big!.id)
    expect(await listComputeNotebooks(deps(), editor, { computeId: big!.id })).toEqual({ ok: true, value: [{ id: notebook, title: 'Report', isChosen: true, hasKernel: false }] })
    expect(await listComputeNotebooks(deps(), editor, { computeId: (await defaultCompute(world.db, world.workspaceId)).id })).toEqual({ ok: true, value: [] })
    expect(await deleteCompute(deps(), owner, { computeId: big!.id, movesNotebooks: false, requestId })).toMatchObject({ ok: false, reason: 'compute-in-use' })
    expect(await deleteCompute(deps(), owner, { computeId: big!.id, movesNotebooks: true, requestId })).toMatchObject({ ok: true })
    expect(await chosen()).toBe((await defaultCompute(world.db, world.workspaceId)).id)
    expect(await readNotebookCompute(deps(), owner, notebook)).toMatchObject({ ok: true, value: { chosenId: null } })
  })

  it('follows SPARK_REMOTE only where the workspace began with it, and keeps the token of that out of the database', async () => {
    const before = await rowOf((await world.db.select().from(computes).where(eq(computes.name, 'The cluster')))[0]!.id)
    await alignGivenComputes(world.db, 'sc://spark.example.org:15002/;token=from-the-configuration')
    expect(await defaultCompute(world.db, world.workspaceId)).toMatchObject({ isGiven: true, kind: 'remote', url: 'sc://spark.example.org:15002' })
    expect(JSON.stringify(await world.db.select().from(computes))).not.toContain('from-the-configuration')
    expect(await rowOf(before.id)).toEqual(before)
    await alignGivenComputes(world.db, null)
    expect(await defaultCompute(world.db, world.workspaceId)).toMatchObject({ kind: 'embedded', url: null })
    expect(await rowOf(before.id)).toEqual(before)
  })
})
