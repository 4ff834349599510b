/** What breaks off while a table is made: the database, the attempt, the child. No process writes on unseen, and what is made is never called cancelled. */
import { readdirSync, readFileSync } from 'node:fs'
import { eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '#server/store/client.ts'
import { readTablePage } from '#server/data/read-table-rows.ts'
import { readImport } from '#server/imports/read-import.ts'
import { imports } from '#server/store/schema/uploads.ts'
import { bringIn } from '../../../workers/imports/bring-in.ts'
import { createDataWorld } from '../../support/data-world.ts'
import { good, uploadsWorld } from '../../support/uploads-world.ts'

const world = await createDataWorld()
const sends = uploadsWorld(world)
afterAll(() => world.close())

const MANY = Array.from({ length: 2_000_000 }, (_, at) => `${at},text ${at}`).join('\n')
const asked = async (table: string, content = `id,x\n${MANY}\n`) => {
  const upload = await sends.send(`${table}.csv`, content)
  return sends.ask(upload, await sends.tableOf(upload, table))
}
const ended = async (id: string) => good(await readImport(world.deps, sends.actor, id))
const rowsOf = async (table: string) => good(await readTablePage(world.deps, sends.actor, { workspaceId: sends.slug, schema: 'default', table, version: null, page: { offset: 0, limit: 1, sort: [], filter: [] } })).total
const children = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dataharbour.bring_in') && readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3] === String(process.pid)
  } catch {
    return false
  }
})
/** A database whose writes after the claim break off so many times. */
function breaking(error: Error, times: number): Database {
  let writes = 0
  return new Proxy(world.db, {
    get(db, name) {
      if (name === 'update' && (writes += 1) > 1 && writes <= 1 + times) throw error
      const value: unknown = Reflect.get(db, name)
      return typeof value === 'function' ? value.bind(db) : value
    },
  })
}

describe('the database', () => {
  it('that is away for a moment is waited for', async () => {
    const { id } = await asked('waited', 'id\n1\n2\n')
    await bringIn({ ...sends.deps, db: breaking(Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' }), 4) }, id)
    expect(await ended(id)).toMatchObject({ state: 'done', rows: 2 })
  })

  it('that breaks for good takes the process along; the next attempt makes the table, once', async () => {
    const { id } = await asked('broken')
    await expect(bringIn({ ...sends.deps, db: breaking(new Error('a statement that is wrong'), 1) }, id)).rejects.toThrow('wrong')
    expect(children()).toEqual([])
    expect((await ended(id)).state).toBe('running')
    await bringIn(sends.deps, id)
    expect([await ended(id), await rowsOf('broken')]).toMatchObject([{ state: 'done', rows: 2_000_000 }, 2_000_000])
  })
})

describe('a cancel at the second attempt', () => {
  const cancel = (id: string) => world.db.update(imports).set({ cancelAskedAt: sql`now()` }).where(eq(imports.id, id))

  it('comes too late when the first has made the table', async () => {
    const { id } = await asked('made', 'id\n1\n2\n')
    const dying = () => { throw new Error('the worker dies here') }
    await expect(bringIn({ ...sends.deps, tellTables: async () => dying(), log: { ...sends.deps.log, warn: dying } as never }, id)).rejects.toThrow('dies here')
    await cancel(id)
    await bringIn(sends.deps, id)
    expect([await ended(id), await rowsOf('made')]).toMatchObject([{ state: 'done', rows: 2 }, 2])
  })

  it('is heard when it has not', async () => {
    const { id } = await asked('unmade')
    await expect(bringIn({ ...sends.deps, db: breaking(new Error('a statement that is wrong'), 1) }, id)).rejects.toThrow('wrong')
    await cancel(id)
    await bringIn(sends.deps, id)
    expect(await ended(id)).toMatchObject({ state: 'cancelled' })
    expect((await world.objects.level(`${world.prefix}/tables/unmade/`, 5)).files).toEqual([])
  })
})
