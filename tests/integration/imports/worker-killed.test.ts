/** A worker dies by kill -9 in the middle of an import: another one makes the table, once and wholly, and no process of the first writes on. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '#server/config.ts'
import { readTablePage } from '#server/data/read-table-rows.ts'
import { readImport } from '#server/imports/read-import.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { createRunWorld, until, type RunWorld } from '../../support/run-world.ts'
import { good, uploadsWorld } from '../../support/uploads-world.ts'

const ROWS = 4_000_000
let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld()
})
afterAll(() => world.close())

const childrenOf = (pid: number): string => execFileSync('sh', ['-c', `ps -o args= --ppid ${pid} | grep -c dataharbour.bring_in || true`], { encoding: 'utf8' }).trim()

it('comes to its one end, with every row once', { timeout: 120_000 }, async () => {
  const config = { ...loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), dataDir: world.dataDir }
  const objects = createMinioObjects(config.s3)
  const reader = createReader({ config, log: world.deps.log, objects })
  const deps = { ...world.deps, config, objects, reader } as never
  const sends = uploadsWorld({ deps, owner: { actor: world.person, slug: world.workspaceId } } as never)
  const first = await world.startWorker()
  const upload = await sends.send('many.csv', `id,x\n${Array.from({ length: ROWS }, (_, at) => `${at},text ${at}`).join('\n')}\n`)
  const asked = await sends.ask(upload, await sends.tableOf(upload, 'many'))
  const now = async () => good(await readImport(deps, world.person, asked.id))
  await until(async () => (await now()).rows > 0, 40_000)
  expect(childrenOf(first.process.pid!)).toBe('1')
  await first.kill('SIGKILL')
  expect((await now()).state).toBe('running')

  const second = await world.startWorker()
  expect(await until(async () => ((await now()).state === 'running' ? null : now()), 90_000)).toMatchObject({ state: 'done', rows: ROWS })
  // The log is written behind the state.
  await until(() => second.log().includes('import ended'))
  const page = good(await readTablePage(deps, world.person, { workspaceId: world.workspaceId, schema: 'default', table: 'many', version: null, page: { offset: 0, limit: 1, sort: [{ column: 'id', direction: 'desc' }], filter: [] } }))
  expect([page.total, page.rows]).toEqual([ROWS, [[String(ROWS - 1), `text ${ROWS - 1}`]]])
  await reader.close()
  await objects.removeAll(`ws/${world.workspaceId}/`)
})
