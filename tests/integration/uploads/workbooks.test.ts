/** The sheets of a workbook while something is away: the store, its keys, the person who sent it. None is being read for ever. Real store, real child. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { eq } from 'drizzle-orm'
import { afterAll, expect, it } from 'vitest'
import { uploads } from '#server/store/schema/uploads.ts'
import { finishUpload } from '#server/uploads/finish-upload.ts'
import { endForsakenWorkbooks } from '#server/uploads/keep-sheets.ts'
import { openWorkbook } from '../../../workers/imports/open-workbook.ts'
import { createDataWorld } from '../../support/data-world.ts'
import { good, uploadsWorld } from '../../support/uploads-world.ts'

const world = await createDataWorld()
const sends = uploadsWorld(world)
afterAll(() => world.close())
const path = `${world.deps.config.dataDir}/away.xlsx`
await promisify(execFile)(world.deps.config.python, ['tests/support/make_workbook.py', path])
const book = readFileSync(path)

async function sent(name: string) {
  const begun = good(await sends.begin(name, book))
  good(await sends.put(begun, book, 1))
  return good(await finishUpload(world.deps, sends.actor, begun.id))
}
const tend = (afterMs: number) => endForsakenWorkbooks({ db: world.db, now: () => new Date(Date.now() + afterMs) })

it('a store that is away says nothing of the workbook: it is read when the store is back', async () => {
  const upload = await sent('Away.XLSX')
  const { s3 } = world.deps.config
  const away = { ...sends.deps, config: { ...world.deps.config, s3: { ...s3, endpoint: 'http://127.0.0.1:1' } } }
  await expect(openWorkbook(away, upload.id)).rejects.toThrow('the store did not give')
  expect(await sends.look(upload)).toMatchObject({ ok: false, reason: 'not-ready' })
  await openWorkbook(sends.deps, upload.id)
  expect(good(await sends.look(upload)).sheets).toEqual(['Orders', 'Notes'])
})

it('one that nobody reads any more says what to do', async () => {
  const upload = await sent('Keyless.XLSX')
  const plain = await sends.send('plain.csv', 'a\n1\n')
  await expect(openWorkbook({ ...sends.deps, keys: { ensure: () => Promise.reject(new Error('no keys')) } }, upload.id)).rejects.toThrow('no keys')
  expect(await tend(120_000)).toBe(0)
  await world.sql`update graphile_worker._private_jobs set attempts = max_attempts where key = ${`open-workbook:${upload.id}`}`
  expect(await tend(0)).toBe(0)
  expect(await tend(120_000)).toBe(1)
  expect(await sends.look(upload)).toMatchObject({ ok: false, reason: 'file-unreadable', message: expect.stringContaining('choose the file again') })
  expect(await world.db.select({ problem: uploads.problem }).from(uploads).where(eq(uploads.id, plain.id))).toEqual([{ problem: null }])
})

it('one that is discarded while it is read leaves no sheets', async () => {
  const upload = await sent('Discarded.xlsx')
  // Its row goes in the last moment before it is told of the sheets, which are in the store by then.
  const late = new Proxy(world.db, {
    get(db, name) {
      const value: unknown = Reflect.get(db, name)
      if (name !== 'update') return typeof value === 'function' ? value.bind(db) : value
      return () => ({ set: (found: object) => ({ where: () => ({ returning: async () => {
        await db.delete(uploads).where(eq(uploads.id, upload.id))
        return db.update(uploads).set(found).where(eq(uploads.id, upload.id)).returning({ id: uploads.id })
      } }) }) })
    },
  })
  await openWorkbook({ ...sends.deps, db: late }, upload.id)
  expect((await world.objects.level(`${world.prefix}/uploads/${upload.id}/`, 10)).files).toEqual([])
})
