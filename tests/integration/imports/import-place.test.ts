/** The place where an import goes is shared with cells and the bin: nobody's files are erased, mixed or moved under it. Real store, real child. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Import, ImportTarget } from '#lib/domain/import.ts'
import type { Upload } from '#lib/domain/upload.ts'
import { binTable } from '#server/data/bin-data.ts'
import { moveData } from '#server/data/move-data.ts'
import { restoreData } from '#server/data/restore-data.ts'
import { cancelImport, readImport } from '#server/imports/read-import.ts'
import { requestImport } from '#server/imports/request-import.ts'
import type { Objects } from '#server/objects/objects.ts'
import { bringIn } from '../../../workers/imports/bring-in.ts'
import { createDataWorld } from '../../support/data-world.ts'
import { good, uploadsWorld } from '../../support/uploads-world.ts'

const world = await createDataWorld()
const sends = uploadsWorld(world)
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

  it('are told from what an import left when the store went away: that holds no place', async () => {
    const { keys } = sends.deps
    const broken = await asked('left', 'id\nlast\n')
    const away = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))
    await bringIn({ ...sends.deps, objects: { ...world.objects, remove: away }, keys: { ensure: async (id) => (await putOther('left', OURS), keys.ensure(id)) } }, broken.id)
    expect([(await ended(broken)).state, await lyingIn('left')]).toEqual(['failed', [OURS]])
    const again = await asked('left')
    await bringIn(sends.deps, again.id)
    expect(await ended(again)).toMatchObject({ state: 'done', rows: 1 })
    await putOther('never_imported', OURS)
    await expect(asked('never_imported')).rejects.toThrow('Choose another name')
  })
})

describe('an import and the bin', () => {
  const here = () => ({ workspaceId: sends.slug, requestId: null })
  const nameOf = (table: string) => ({ schema: 'default', table })
  const made = async (table: string) => {
    const upload = await sends.send(`${table}.csv`, 'id\n1\n')
    await sends.make(upload, await sends.tableOf(upload, table))
  }
  const more = async (table: string) => {
    const upload = await sends.send(`${table}_more.csv`, 'id\n2\n')
    return { upload, target: await sends.tableOf(upload, table, { ifExists: 'append' }) }
  }

  it('a table to which rows are being added is not deleted; it is when that is cancelled', async () => {
    await made('added_to')
    const { upload, target } = await more('added_to')
    const waiting = await sends.ask(upload, target)
    expect(await binTable(world.deps, sends.actor, { ...here(), ...nameOf('added_to') })).toMatchObject({ ok: false, reason: 'in-use', message: expect.stringMatching(/brought in as added_to\. Wait for its end or cancel it/) })
    good(await cancelImport(world.deps, sends.actor, waiting.id))
    expect(await binTable(world.deps, sends.actor, { ...here(), ...nameOf('added_to') })).toMatchObject({ ok: true })
  })

  it('nothing is brought to a place that is being emptied, however late that is seen', async () => {
    await made('emptied')
    const { upload, target } = await more('emptied')
    // Deleted by somebody between the look at the store and the import's row.
    const level: Objects['level'] = async (prefix, atMost) => {
      const found = await world.objects.level(prefix, atMost)
      good(await binTable(world.deps, sends.actor, { ...here(), ...nameOf('emptied') }))
      return found
    }
    const late = await requestImport({ ...world.deps, objects: { ...world.objects, level } }, sends.actor, { workspaceId: sends.slug, uploadId: upload.id, target, requestId: 'r' })
    expect(late).toMatchObject({ ok: false, reason: 'in-use', message: expect.stringContaining('Try again in a moment') })
    expect(await request(upload, target)).toMatchObject({ ok: false, reason: 'in-use' })
  })

  it('nothing comes back from the bin to where an import goes', async () => {
    await made('comes_back')
    const { id } = good(await binTable(world.deps, sends.actor, { ...here(), ...nameOf('comes_back') }))
    await moveData(world.deps, id)
    const upload = await sends.send('comes_back.csv', 'id\n3\n')
    const waiting = await sends.ask(upload, await sends.tableOf(upload, 'comes_back'))
    expect(await restoreData(world.deps, sends.actor, { ...here(), id })).toMatchObject({ ok: false, reason: 'in-use', message: expect.stringContaining('cancel it, then restore') })
    await bringIn(sends.deps, waiting.id)
    expect(await restoreData(world.deps, sends.actor, { ...here(), id })).toMatchObject({ ok: false, reason: 'place-taken' })
  })
})
