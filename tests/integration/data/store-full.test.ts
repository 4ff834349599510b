/**
 * F22, seen from the object store: its disk is full. A cell's table and a file on its way in say so in a sentence, the
 * notebook's text is saved as ever, and with room again all works within 30 s, with nothing started anew.
 */
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellText } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Run } from '#lib/domain/run.ts'
import { loadConfig } from '#server/config.ts'
import type { Deps } from '#server/deps.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { beginUpload } from '#server/uploads/begin-upload.ts'
import { putPart } from '#server/uploads/put-part.ts'
import { startOwnMinio, type OwnMinio } from '../../support/own-minio.ts'
import { connectPeer, until } from '../../support/room-client.ts'
import { startRoomServer } from '../../support/room-server.ts'
import { createRunWorld, NO_SPARK, textOf, type RunWorld } from '../../support/run-world.ts'
import { canHaveSmallDisks } from '../../support/small-disk.ts'

const MEGABYTES = 200
const HEALS_WITHIN_MS = 30_000
const TABLE = 'import pandas as pd\npd.DataFrame({"n": range(50_000), "text": [f"row {n}" for n in range(50_000)]})'
const FULL = /object store is full/
const BYTES = 3_000_000

describe.skipIf(!canHaveSmallDisks())('F22 the disk under the object store is full', () => {
  let store: OwnMinio
  let world: RunWorld
  let deps: Pick<Deps, 'db' | 'objects'>
  let notebook: NotebookId
  beforeAll(async () => {
    store = await startOwnMinio({ megabytes: MEGABYTES })
    world = await createRunWorld({ ...store.env, SPARK_REMOTE: NO_SPARK })
    deps = { db: world.db, objects: createMinioObjects(loadConfig({ ...process.env, ...store.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }).s3) }
    notebook = await world.addNotebook(TABLE)
    await world.startWorker()
  }, 90_000)
  afterAll(async () => {
    await world.close()
    await store.drop()
  }, 60_000)

  const showTable = (): Promise<{ run: Run }> => world.run(notebook, TABLE, 60_000)

  async function sendFile(name: string) {
    const begun = await beginUpload(deps, world.person, { workspaceId: world.workspaceId, name, bytes: BYTES, changedAt: 1, head: 'a'.repeat(64) })
    return begun.ok ? putPart(deps, world.person, { uploadId: begun.value.id, part: 1, bytes: BYTES, body: Readable.from([Buffer.alloc(BYTES, 'x')]) }) : begun
  }

  it('a table and a file say so, text is saved, and with room again both go in', async () => {
    expect((await showTable()).run).toMatchObject({ state: 'succeeded' })
    expect(await sendFile('before.bin')).toMatchObject({ ok: true })
    store.disk.fill()

    const { run, outputs } = await world.run(notebook, TABLE, 60_000)
    expect(run).toMatchObject({ state: 'failed', reason: expect.stringMatching(FULL) as string })
    // Its first rows are shown all the same.
    expect(JSON.stringify(outputs)).toContain('row 0')
    expect(await sendFile('full.bin')).toMatchObject({ ok: false, reason: 'storage-unavailable', message: expect.stringMatching(FULL) as string })
    expect(textOf((await world.run(notebook, 'print("no table, no store")')).outputs)).toBe('no table, no store\n')

    const server = await startRoomServer({ databaseUrl: world.url })
    const ada = connectPeer({ url: server.url, notebookId: notebook, as: 'ada' })
    await until(() => ada.status === 'saved', 'in')
    const text = cellText(ada.doc, 'c1' as never)!
    ada.doc.transact(() => text.insert(0, '# written while the store was full\n'))
    await until(() => ada.status === 'saved', 'saved')
    expect((await readNotebookFromStore(world.sql, notebook))?.cells[0]?.source).toContain('# written while the store was full')
    await server.stop()

    store.disk.free()
    const freedAt = Date.now()
    let healed = false
    while (!healed && Date.now() - freedAt < HEALS_WITHIN_MS) healed = (await showTable()).run.state === 'succeeded' && (await sendFile(`after-${Date.now()}.bin`)).ok
    expect(healed).toBe(true)
    expect(Date.now() - freedAt).toBeLessThan(HEALS_WITHIN_MS)
  }, 240_000)
})
