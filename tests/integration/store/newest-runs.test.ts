/** Migration 0012: the cells of runs of before learn their notebook and time, and a process of before can still ask for runs. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const [WS, NB, OLD, NEW] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`) as [string, string, string, string]
const STEPS = readFileSync(fileURLToPath(new URL('../../../server/store/migrations/0012_newest_runs.sql', import.meta.url)), 'utf8').split('--> statement-breakpoint').map((one) => one.trim())
const UNDONE = `
  drop trigger run_cells_of_run on run_cells; drop function run_cell_of_run();
  drop index runs_ended; alter table run_cells drop column notebook_id, drop column requested_at`

/** As a process writes it that knows of neither. */
const addRun = (id: string, askedAt: string): string => `
  insert into runs (id, workspace_id, notebook_id, cause, scope, requested_at) values ('${id}', '${WS}', '${NB}', 'person', '{}', '${askedAt}');
  insert into run_cells (run_id, cell_id, position, kind, source, source_digest) values ('${id}', 'c1', 0, 'python', '', ''), ('${id}', 'c2', 1, 'python', '', '')`

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.sql.unsafe(`insert into workspaces (id, slug, name) values ('${WS}', 'ws', 'WS'); insert into notebooks (id, workspace_id, title) values ('${NB}', '${WS}', 'Plan')`)
})
afterAll(() => database.drop())

it('fills in what was there, and whatever comes', async () => {
  await database.sql.unsafe(UNDONE)
  await database.sql.unsafe(addRun(OLD, '2026-01-01T09:00:00Z'))
  await database.sql.begin(async (tx) => {
    for (const step of STEPS) await tx.unsafe(step)
  })
  await database.sql.unsafe(addRun(NEW, '2026-01-02T09:00:00Z'))
  const rows = await database.sql<{ run: string; cell: string }[]>`
    select c.run_id as run, c.cell_id as cell from run_cells c join runs r on r.id = c.run_id and r.notebook_id = c.notebook_id and r.requested_at = c.requested_at order by run, cell`
  expect([...rows]).toEqual([OLD, NEW].flatMap((run) => [{ run, cell: 'c1' }, { run, cell: 'c2' }]))
})
