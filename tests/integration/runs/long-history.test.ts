/** A notebook that a schedule has run for weeks: what its page and a look back read of its runs is bounded by its cells, and the same as of all. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SPANS_KEPT, type CellHistory } from '#lib/domain/cell-history.ts'
import type { CellId, NotebookId, ResultId, RunId } from '#lib/domain/ids.ts'
import { STOPS_OF_EACH } from '#lib/domain/past.ts'
import type { RunCellState } from '#lib/domain/run.ts'
import type { Member } from '#server/auth/actor.ts'
import { listStops } from '#server/past/list-stops.ts'
import { readPast } from '#server/past/read-past.ts'
import { listCellResults } from '#server/results/list-cell-results.ts'
import { newestGoodResult } from '#server/results/newest-good-result.ts'
import { pickRuns, type PickedRun } from '#server/runs/pick-runs.ts'
import { readCellHistory } from '#server/runs/read-cell-history.ts'
import { readSnapshot } from '#server/runs/read-outputs.ts'
import { openStore } from '#server/store/client.ts'
import { runPins } from '#server/store/schema/provenance.ts'
import { results, runCells, runs } from '#server/store/schema/runs.ts'
import { below, oneOf, seeded, type Random } from '../../support/chance.ts'
import { createTestDatabase } from '../../support/database.ts'
import { rowsRead } from '../../support/rows-read.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

const RUNS = 20_000
/** Of all that the few cells have to tell. */
const FEW = 200
const READ = ['runs', 'run_cells', 'results']

let world: World
let store: ReturnType<typeof openStore>
let person: Member
beforeAll(async () => {
  const database = await createTestDatabase()
  world = await createWorld(database)
  person = await world.addPerson('Ada', 'owner')
  store = openStore(database.url, { name: 'one', max: 1 })
}, 60_000)
afterAll(async () => {
  await store.close()
  await world.drop()
})

/** Each minute one cell goes well, the next fails and the last is skipped; the first of these runs was all well, and had one more cell. */
async function addMinutes(notebookId: NotebookId): Promise<void> {
  const { sql } = store
  await sql`
    insert into runs (workspace_id, notebook_id, cause, scope, state, requested_at, started_at, finished_at)
    select ${world.workspaceId}::uuid, ${notebookId}::uuid, 'schedule', '{"kind":"all"}'::jsonb, 'failed', asked, asked, asked + interval '2 seconds'
    from (select now() - n * interval '1 minute' as asked from generate_series(1, ${RUNS}::int) n) minutes`
  await sql`
    insert into run_cells (run_id, cell_id, position, kind, source, source_digest, state, started_at, finished_at)
    select r.id, cell.id, cell.place, 'python', '', 'x', cell.state, case when cell.state <> 'skipped' then r.requested_at end, r.requested_at + interval '1 second'
    from runs r cross join (values ('good', 0, 'succeeded'), ('failing', 1, 'failed'), ('skipped', 2, 'skipped')) cell (id, place, state) where r.notebook_id = ${notebookId}::uuid`
  const [first] = await sql<{ id: string }[]>`select id from runs where notebook_id = ${notebookId}::uuid order by requested_at limit 1`
  await sql`insert into run_cells (run_id, cell_id, position, kind, source, source_digest) values (${first!.id}::uuid, 'deleted', 3, 'python', '', 'x')`
  await sql`update run_cells set state = 'succeeded', started_at = requested_at, finished_at = requested_at + interval '1 second' where run_id = ${first!.id}::uuid`
  await sql`
    insert into results (workspace_id, notebook_id, run_id, cell_id, path, version, columns, rows, truncated, created_at)
    select ${world.workspaceId}::uuid, notebook_id, run_id, cell_id, 'ws/' || run_id || cell_id, 0, '[]', 1, false, finished_at from run_cells where notebook_id = ${notebookId}::uuid and state = 'succeeded'`
  await sql`analyze results`
  await sql`analyze runs`
  await sql`analyze run_cells`
}

describe('a notebook with twenty thousand runs', () => {
  let notebookId: NotebookId
  beforeAll(async () => {
    notebookId = await world.addNotebook(person)
    await addMinutes(notebookId)
  }, 60_000)

  it('is opened by reading a few rows of each cell', async () => {
    const { runs: shown, history } = await readSnapshot(store, notebookId)
    expect(shown.length).toBe(2)
    expect(Object.fromEntries(history.map(({ cellId, spansMs }) => [cellId, spansMs.length]))).toEqual({ good: SPANS_KEPT, failing: 1, skipped: 1, deleted: 1 })
    expect(await rowsRead(store.sql, READ, () => readSnapshot(store, notebookId))).toBeLessThan(FEW)
  })

  it('is looked back at in the same way, at any instant', async () => {
    const look = async (minutes: number) => readPast(store, person, { notebookId, asOf: new Date(Date.now() - minutes * 60_000).toISOString() })
    expect(await look(RUNS / 2)).toMatchObject({ ok: true, value: { cells: [{ id: 'good' }, { id: 'failing' }, { id: 'skipped' }, { id: 'deleted' }] } })
    expect(await rowsRead(store.sql, READ, () => look(RUNS / 2))).toBeLessThan(FEW)
  })

  it('gives a dashboard the newest good result of a cell, and its cells to choose from, without the results of all runs', async () => {
    expect(await newestGoodResult(store.db, notebookId, 'failing' as CellId)).toMatchObject({ result: { cellId: 'failing' } })
    const listed = await listCellResults(store, person, notebookId)
    expect(listed.ok && listed.value.map(({ cellId }) => cellId)).toEqual(['good', 'failing', 'skipped', 'deleted'])
    expect(await rowsRead(store.sql, READ, () => newestGoodResult(store.db, notebookId, 'good' as CellId))).toBeLessThan(FEW)
    expect(await rowsRead(store.sql, READ, () => listCellResults(store, person, notebookId))).toBeLessThan(FEW)
  })

  it('has its stops without a look at those that are further back', async () => {
    expect(await rowsRead(store.sql, ['runs'], () => listStops(store, person, notebookId))).toBeLessThan(STOPS_OF_EACH + FEW)
  })
})

/** Few, so that many are equal; and an end may be before its beginning, for which no order may care. */
const INSTANTS = [0, 1, 2, 3].map((second) => new Date(Date.UTC(2026, 0, 1, 9, 0, second)))

const OF_OPEN: readonly RunCellState[] = ['queued', 'running', 'succeeded']
const OF_ENDED: readonly RunCellState[] = ['skipped', 'cancelled', 'failed', 'succeeded', 'succeeded']

function randomCell(random: Random, isOpen: boolean): { state: RunCellState; startedAt: Date | null; finishedAt: Date | null } {
  const state = oneOf(random, isOpen ? OF_OPEN : OF_ENDED)
  const hasBegun = state === 'running' || state === 'succeeded' || state === 'failed'
  const hasEnded = state !== 'queued' && state !== 'running'
  return { state, startedAt: hasBegun ? oneOf(random, INSTANTS) : null, finishedAt: hasEnded ? oneOf(random, INSTANTS) : null }
}

/** Of each cell that succeeded up to three tables, also removed ones, and now and then one of them loaded whole later; every fifth run is an exact re-run. */
async function addRandomResults(random: Random, notebookId: NotebookId): Promise<void> {
  const good = await world.db.select().from(runCells).where(and(eq(runCells.notebookId, notebookId), eq(runCells.state, 'succeeded')))
  const add = async (cell: (typeof good)[number], wholeOf: ResultId | null) => {
    const id = randomUUID() as ResultId
    await world.db.insert(results).values({
      id, workspaceId: world.workspaceId, notebookId, runId: cell.runId, cellId: cell.cellId, path: `ws/${id}`, version: 0, columns: [], rows: 1, truncated: false, wholeOf,
      createdAt: oneOf(random, INSTANTS), removedAt: below(random, 3) === 0 ? new Date() : null,
    })
    return id
  }
  for (const cell of good) {
    for (let count = below(random, 4); count > 0; count -= 1) {
      const id = await add(cell, null)
      if (below(random, 3) === 0) await add(cell, id)
    }
    if (below(random, 5) === 0) await world.db.insert(runPins).values({ runId: cell.runId, pins: {} }).onConflictDoNothing()
  }
}

async function addRandomRuns(random: Random, notebookId: NotebookId): Promise<void> {
  for (let count = 1 + below(random, 12); count > 0; count -= 1) {
    const id = randomUUID() as RunId
    const isOpen = below(random, 4) === 0
    await world.db.insert(runs).values({
      id, workspaceId: world.workspaceId, notebookId, cause: 'person', scope: { kind: 'all' }, state: isOpen ? 'running' : 'failed', parameters: { of: id },
      requestedAt: oneOf(random, INSTANTS), finishedAt: isOpen ? null : oneOf(random, INSTANTS),
    })
    const cells = ['a', 'b', 'c'].slice(0, 1 + below(random, 3))
    await world.db.insert(runCells).values(cells.map((cellId, position) => ({ runId: id, cellId: cellId as CellId, position, kind: 'python' as const, source: '', sourceDigest: `${id} ${cellId}`, ...randomCell(random, isOpen) })))
  }
}

/** What is meant, read from all runs. */
const pickedOfAll = (notebookId: NotebookId): Promise<PickedRun[]> => world.sql<PickedRun[]>`
  with ranked as (
    select rc.run_id, rc.cell_id, rc.started_at, rc.finished_at, r.finished_at is null as is_open,
      row_number() over (partition by rc.cell_id order by coalesce(rc.started_at, r.requested_at) desc, r.id) as newest,
      row_number() over (partition by rc.cell_id, rc.started_at is null order by coalesce(rc.started_at, r.requested_at) desc, r.id) as newest_alike,
      first_value(rc.finished_at) over (partition by rc.cell_id, rc.started_at is null order by coalesce(rc.started_at, r.requested_at) desc, r.id) as newest_finished_at
    from run_cells rc join runs r on r.id = rc.run_id where r.notebook_id = ${notebookId}
  ), picked as (
    select *, started_at is not null and (newest_alike = 1 or (newest_alike = 2 and newest_finished_at is null)) as is_shown from ranked
  )
  select run_id as "runId", cell_id as "cellId", is_shown as "isShown" from picked where is_shown or newest = 1 or is_open`

const historyOfAll = (notebookId: NotebookId): Promise<CellHistory[]> => world.sql<CellHistory[]>`
  with good as (
    select rc.cell_id, rc.source_digest, r.parameters, greatest(0, extract(epoch from rc.finished_at - rc.started_at) * 1000) as ms,
      row_number() over (partition by rc.cell_id order by rc.finished_at desc, r.id) as nth
    from run_cells rc join runs r on r.id = rc.run_id
    where r.notebook_id = ${notebookId} and rc.state = 'succeeded' and rc.started_at is not null
  ), newest as (select * from good where nth <= ${SPANS_KEPT}::int)
  select cell_id as "cellId", max(source_digest) filter (where nth = 1) as "sourceDigest", (array_agg(parameters order by nth))[1] as parameters,
    array_agg(ms::float8 order by nth) as "spansMs"
  from newest group by cell_id`

const goodOfAll = (notebookId: NotebookId): Promise<{ cellId: CellId; id: ResultId }[]> => world.sql<{ cellId: CellId; id: ResultId }[]>`
  select distinct on (r.cell_id) r.cell_id as "cellId", r.id
  from results r join run_cells c on c.run_id = r.run_id and c.cell_id = r.cell_id and c.state = 'succeeded'
  left join results part on part.id = r.whole_of
  where r.notebook_id = ${notebookId} and r.removed_at is null and not exists (select from run_pins pins where pins.run_id = r.run_id)
  order by r.cell_id, c.finished_at desc, r.run_id, coalesce(part.created_at, r.created_at) desc, r.created_at desc, r.path desc`

const inOrder = <T extends { cellId: string; runId?: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => `${a.cellId} ${a.runId ?? ''}`.localeCompare(`${b.cellId} ${b.runId ?? ''}`))

describe('of a few runs of each cell', () => {
  it('the same is picked and told as of all, whatever is equal, open or never began, and nothing of a neighbour whose cells have the same ids', async () => {
    const random = seeded(20)
    const notebooks: NotebookId[] = []
    for (let count = 0; count < 40; count += 1) {
      const notebookId = await world.addNotebook(person)
      await addRandomRuns(random, notebookId)
      await addRandomResults(random, notebookId)
      notebooks.push(notebookId)
    }
    for (const notebookId of notebooks) {
      expect(inOrder(await world.db.transaction((tx) => pickRuns(tx, notebookId)))).toEqual(inOrder(await pickedOfAll(notebookId)))
      expect(inOrder(await readCellHistory(world.db, notebookId))).toEqual(inOrder(await historyOfAll(notebookId)))
      const good = inOrder(await goodOfAll(notebookId))
      const listed = await listCellResults(world, person, notebookId)
      expect(inOrder(listed.ok ? listed.value.map(({ cellId, resultId: id }) => ({ cellId, id })) : [])).toEqual(good)
      for (const cellId of ['a', 'b', 'c'] as CellId[]) expect((await newestGoodResult(world.db, notebookId, cellId))?.result.id).toBe(good.find((one) => one.cellId === cellId)?.id)
    }
  }, 60_000)
})
