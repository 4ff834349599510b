/** The place where an import goes is shared with cells and the bin: nobody's files are erased, mixed or moved under it. Real store, real child. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Import, ImportTarget } from '#lib/domain/import.ts'
import type { Upload } from '#lib/domain/upload.ts'
import { cancelImport, readImport } from '#server/imports/read-import.ts'
import { requestImport } from '#server/imports/request-import.ts'
import { bringIn } from '../../../workers/imports/bring-in.ts'
import { createDataWorld, type DataWorld } from '../../support/data-world.ts'
import { good, uploadsWorld } from '../../support/uploads-world.ts'

let world: DataWorld
let sends: ReturnType<typeof uploadsWorld>
beforeAll(async () => {
  world = await createDataWorld()
  sends = uploadsWorld(world)
})
afterAll(() => world.close())

const request = (upload: Upload, target: ImportTarget) => requestImport(world.deps, sends.actor, { workspaceId: sends.slug, uploadId: upload.id, target, requestId: 'r' })
const ended = async ({ id }: Import) => good(await readImport(world.deps, sends.actor, id))

describe('files that no import wrote', () => {
  const SPARKS = 'part-00000-0f0e8a54-3d4c-4b53-9a7f-7b1c9f6e2d11-c000.snappy.parquet'
  const OURS = 'part-00001-495b3d92-6f15-431e-89b1-c3f10908f83b-c000.zstd.parquet'
  const putOther = (table: string, name = SPARKS) => world.objects.put(`${world.prefix}/tables/${table}/${name}`, Buffer.from('PAR1 of a cell'))
  const lyingIn = async (table: string) => (await world.objects.level(`${world.prefix}/tables/${table}/`, 50)).files.map(({ name }) => name)
  const asked = async (table: string, content = 'id\n1\n') => {
    const upload = await sends.send(`${table}.csv`, content)
    return sends.ask(upload, { ...(await sends.tableOf(upload, table)), columns: [{ from: 'c0', name: 'id', type: 'bigint' }] })
  }

  it.each(['refuse', 'replace', 'append'] as const)('keep their place from being asked for (%s)', async (ifExists) => {
    await putOther('of_a_cell')
    const upload = await sends.send('of_a_cell.csv', 'id\n1\n')
    const target = await sends.tableOf(upload, 'of_a_cell', { ifExists })
    expect(await request(upload, target)).toMatchObject({ ok: false, reason: 'place-taken', message: expect.stringMatching(/“of_a_cell”.*Choose another name/) })
  })

  it('survive an import that was asked for before they came', async () => {
    const waiting = await asked('came_between')
    await putOther('came_between')
    await bringIn(sends.deps, waiting.id)
    expect(await ended(waiting)).toMatchObject({ state: 'failed', message: expect.stringContaining('Choose another name') })
    expect(await lyingIn('came_between')).toEqual([SPARKS])
  })

  it('survive one that fails or is cancelled before it began', async () => {
    const waiting = await asked('not_begun')
    await putOther('not_begun')
    good(await cancelImport(world.deps, sends.actor, waiting.id))
    await bringIn(sends.deps, waiting.id)
    expect(await ended(waiting)).toMatchObject({ state: 'cancelled' })
    const keyless = await asked('no_keys')
    await bringIn({ ...sends.deps, keys: { ensure: async () => (await putOther('no_keys'), Promise.reject(new Error('no keys'))) } }, keyless.id)
    expect(await ended(keyless)).toMatchObject({ state: 'failed', message: expect.stringContaining('no keys') })
    expect([await lyingIn('not_begun'), await lyingIn('no_keys')]).toEqual([[SPARKS], [SPARKS]])
  })

  it('survive one that fails while they are written; what it wrote itself goes', async () => {
    const rows = Array.from({ length: 60_000 }, (_, at) => at).join('\n')
    const broken = await asked('at_once', `id\n${rows}\nlast\n`)
    const { keys } = sends.deps
    await bringIn({ ...sends.deps, keys: { ensure: async (id) => (await putOther('at_once'), await putOther('at_once', OURS), keys.ensure(id)) } }, broken.id)
    expect(await ended(broken)).toMatchObject({ state: 'failed', badColumns: [{ count: 1 }] })
    expect(await lyingIn('at_once')).toEqual([SPARKS])
  })
})
