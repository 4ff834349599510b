/** Long texts leave the store with their run, and with what was cleared; on real Postgres and MinIO. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Output } from '#lib/domain/feed.ts'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { appendOutputs } from '#server/runs/append-output.ts'
import { claimRun } from '#server/runs/claim-run.ts'
import { removeTexts } from '#server/runs/remove-texts.ts'
import { applyRunEvent } from '#server/runs/apply-run-event.ts'
import { textPrefix } from '#server/runs/text-prefix.ts'
import { keepText } from '#workers/runs/text-store.ts'
import { startProxy } from '../../support/tcp-proxy.ts'
import { createRunWorld, type RunWorld } from '../../support/run-world.ts'

const S3 = {
  endpoint: process.env.S3_ENDPOINT ?? '', accessKey: process.env.S3_ACCESS_KEY ?? '', secretKey: process.env.S3_SECRET_KEY ?? '',
  region: process.env.S3_REGION ?? 'us-east-1', bucket: process.env.S3_BUCKET ?? 'dataharbour', hasSts: true,
}
const objects = createMinioObjects(S3)
let world: RunWorld
beforeAll(async () => void (world = await createRunWorld()), 60_000)
afterAll(async () => {
  await objects.removeAll(`ws/${world.workspaceId}/`)
  await world.close()
}, 60_000)

const deps = (more: object = {}) => ({ db: world.db, objects, now: () => new Date(), ...more })

/** A run that has printed one long text, as a worker writes it; over unless it is left open. */
async function runWithText({ isCleared = false, isOpen = false } = {}): Promise<{ id: RunId; notebookId: NotebookId; isThere: () => Promise<boolean> }> {
  const notebookId = await world.addNotebook('print("much")')
  const { id } = await world.request(notebookId)
  const token = randomUUID()
  await world.sql`insert into workers (id, host, pid) values ('texts', 'here', 1) on conflict do nothing`
  const claimed = await claimRun(world.deps, { runId: id, token, workerId: 'texts', host: 'here', kernelAtHand: null })
  if (!claimed.ok) throw new Error(claimed.reason)
  const text = keepText({ objects, log: world.deps.log }, { id, workspaceId: world.workspaceId })
  text.write('a row of a long text\n'.repeat(200))
  await text.flush()
  const omitted: Output = { kind: 'omitted', runId: id, textId: text.textId, chars: 4200, keptBytes: 4200, isJump: false }
  const shown: Output[] = isCleared ? [omitted, { kind: 'clear' }] : [omitted]
  await appendOutputs(world.deps, { runId: id, token, batch: 1, outputs: shown.map((output) => ({ cellId: claimed.value.cells[0]!.cellId, output })) })
  for (const event of isOpen ? [] : (['start', 'succeed'] as const)) await world.db.transaction((tx) => applyRunEvent(tx, { runId: id, token, event, reason: null, now: new Date() }))
  const isThere = async () => {
    for await (const _one of objects.list(textPrefix({ id, workspaceId: world.workspaceId }, text.textId!))) return true
    return false
  }
  expect(await isThere()).toBe(true)
  return { id, notebookId, isThere }
}

describe('long texts in the store', () => {
  it('TEXTS1: stay while a page can show them, or while they are written', async () => {
    const kept = await runWithText()
    const open = await runWithText({ isCleared: true, isOpen: true })
    await removeTexts(deps())
    expect([await kept.isThere(), await open.isThere()]).toEqual([true, true])
  }, 30_000)

  it('go with their run, with their notebook, and with what was cleared; the neighbours stay', async () => {
    const [kept, ofRun, ofNotebook, cleared] = [await runWithText(), await runWithText(), await runWithText(), await runWithText({ isCleared: true })]
    await world.sql`delete from runs where id = ${ofRun.id}`
    await world.sql`delete from notebooks where id = ${ofNotebook.notebookId}`
    expect(await removeTexts(deps())).toBe(3)
    expect(await Promise.all([kept, ofRun, ofNotebook, cleared].map((one) => one.isThere()))).toEqual([true, false, false, false])
    expect(await removeTexts(deps())).toBe(0)
  }, 30_000)

  it('TEXTS2: of a workspace that another database knows are left alone', async () => {
    const key = `ws/${randomUUID()}/texts/${randomUUID()}/${randomUUID()}/0`
    await objects.put(key, Buffer.from('theirs'))
    await removeTexts(deps())
    expect(await objects.get(key)).not.toBeNull()
    await objects.removeAll(`${key.split('/').slice(0, 2).join('/')}/`)
  }, 30_000)

  it('wait for a store that is away, and go once it is back', async () => {
    const { id, isThere } = await runWithText()
    await world.sql`delete from runs where id = ${id}`
    const { hostname, port } = new URL(S3.endpoint)
    const proxy = await startProxy({ host: hostname, port: Number(port) })
    const through = createMinioObjects({ ...S3, endpoint: `http://127.0.0.1:${proxy.port}` })
    proxy.cut()
    await expect(removeTexts(deps({ objects: through }))).rejects.toThrow()
    expect(await isThere()).toBe(true)
    proxy.mend()
    expect(await removeTexts(deps({ objects: through }))).toBe(1)
    expect(await isThere()).toBe(false)
    await proxy.close()
  }, 60_000)
})
