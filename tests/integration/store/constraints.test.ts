/**
 * What the database itself refuses, whoever writes: each rule by its name. One row of each table stands there; a change
 * that breaks one rule, and only that one, is tried on it. A rule without a try fails, and so does a name of another
 * table's row that is no foreign key and not listed with its reason.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const [WS, NB, RUN, RESULT, COMPUTE, THREAD, COMMENT, DASH, SCHEDULE, FLOW, FLOWRUN, NOBODY] = Array.from({ length: 12 }, (_, n) => id(n + 1)) as [string, string, string, string, string, string, string, string, string, string, string, string]
const HEAD = 'a'.repeat(64)

const ROWS = `
insert into "user" (id, name, email) values ('ada', 'Ada', 'ada@example.org'), ('bob', 'Bob', 'bob@example.org');
insert into session (id, token, user_id, expires_at) values ('s', 's', 'ada', now()), ('s2', 's2', 'ada', now());
insert into account (id, account_id, provider_id, user_id) values ('a', 'ada', 'credential', 'ada'), ('b', 'bob', 'credential', 'bob');
insert into apikey (id, key, reference_id) values ('k', 'k', 'ada');
insert into attempts (key, count, window_start) values ('k', 1, now());
insert into workspaces (id, slug, name) values ('${WS}', 'ws', 'WS'), ('${id(101)}', 'other', 'Other');
insert into members (workspace_id, user_id, role) values ('${WS}', 'ada', 'owner');
insert into computes (id, workspace_id, name, kind, is_default, is_given) values ('${COMPUTE}', '${WS}', 'Spark', 'embedded', true, true), ('${id(105)}', '${WS}', 'Big', 'embedded', false, false);
insert into workers (id, host, pid) values ('w', 'here', 1);
insert into notebooks (id, workspace_id, title) values ('${NB}', '${WS}', 'Plan');
insert into notebook_packages (notebook_id, name, requirement) values ('${NB}', 'polars', 'polars');
insert into document_updates (notebook_id, epoch, update) values ('${NB}', 1, 'x');
insert into document_snapshots (notebook_id, epoch, state, last_update_id) values ('${NB}', 1, 'x', 0);
insert into notebook_versions (notebook_id, epoch, last_update_id, cause, content, digest) values ('${NB}', 1, 0, 'auto', 'x', 'x');
insert into comment_threads (id, notebook_id, cell_id, anchor) values ('${THREAD}', '${NB}', 'c1', '{}');
insert into comments (id, thread_id, author_name, body) values ('${COMMENT}', '${THREAD}', 'Ada', 'Why?');
insert into mentions (comment_id, user_id) values ('${COMMENT}', 'ada'), ('${COMMENT}', 'bob');
insert into runs (id, workspace_id, notebook_id, cause, scope) values ('${RUN}', '${WS}', '${NB}', 'person', '{}');
insert into run_cells (run_id, cell_id, position, kind, source, source_digest) values ('${RUN}', 'c1', 0, 'python', '', ''), ('${RUN}', 'c2', 1, 'python', '', '');
insert into run_events (notebook_id, seq, run_id, event) values ('${NB}', 1, '${RUN}', '{}');
insert into outputs (notebook_id, seq, run_id, cell_id, output) values ('${NB}', 1, '${RUN}', 'c1', '{}');
insert into results (id, workspace_id, notebook_id, run_id, cell_id, path, version, columns, rows, truncated) values ('${RESULT}', '${WS}', '${NB}', '${RUN}', 'c1', 'a', 0, '[]', 1, false), ('${id(104)}', '${WS}', '${NB}', '${RUN}', 'c1', 'b', 0, '[]', 1, false);
insert into comparisons (workspace_id, notebook_id, before_id, after_id, asked_key, path, columns, summary) values ('${WS}', '${NB}', '${RESULT}', '${id(104)}', '[]', 'a', '[]', '{}'), ('${WS}', '${NB}', '${RESULT}', '${id(104)}', '["a"]', 'b', '[]', '{}');
insert into cell_inputs (run_id, cell_id, inputs) values ('${RUN}', 'c1', '{}');
insert into run_pins (run_id, pins) values ('${RUN}', '{}');
insert into kernels (notebook_id, host, pid, pid_started, connection_path, state) values ('${NB}', 'here', 1, '1', 'x', 'idle');
insert into kernels (notebook_id, host, pid, pid_started, connection_path, state, ended_at) values ('${NB}', 'gone', 1, '1', 'x', 'dead', now());
insert into schedules (id, workspace_id, notebook_id, cron, zone, next_due_at) values ('${SCHEDULE}', '${WS}', '${NB}', '0 9 * * *', 'UTC', now());
insert into ticks (schedule_id, due_at, state) values ('${SCHEDULE}', now(), 'missed');
insert into workflows (id, workspace_id, name) values ('${FLOW}', '${WS}', 'Nightly'), ('${id(110)}', '${WS}', 'Weekly');
insert into workflow_steps (workflow_id, key, position, notebook_id) values ('${FLOW}', 'one', 0, '${NB}'), ('${FLOW}', 'two', 1, '${NB}');
insert into workflow_runs (id, workflow_id) values ('${FLOWRUN}', '${FLOW}');
insert into workflow_run_steps (workflow_run_id, key, position, notebook_id) values ('${FLOWRUN}', 'one', 0, '${NB}');
insert into dashboards (id, workspace_id, title) values ('${DASH}', '${WS}', 'Board');
insert into tiles (dashboard_id, kind, options) values ('${DASH}', 'text', '{}');
insert into shares (workspace_id, kind, notebook_id, dashboard_id, token_hash) values ('${WS}', 'notebook', '${NB}', null, decode(repeat('00', 32), 'hex')), ('${WS}', 'dashboard', null, '${DASH}', decode(repeat('01', 32), 'hex'));
insert into binned_data (workspace_id, kind, name, path) values ('${WS}', 'file', 'a', 'a'), ('${WS}', 'file', 'b', 'b');
insert into uploads (workspace_id, created_by, name, bytes, changed_at, head, part_bytes, store_id) values ('${WS}', 'ada', 'a.csv', 1, 0, '${HEAD}', 1, 'x');
insert into imports (workspace_id, upload_id, target) values ('${WS}', '${NOBODY}', '{}');
`

/** Constraint or unique index, and the change that breaks it. */
const TRIES: Record<string, string> = {
  account_provider: `update account set account_id = 'ada' where id = 'b'`,
  apikey_reference_id_user_id_fk: `update apikey set reference_id = 'nobody'`,
  apikey_counts: `update apikey set request_count = -1`,
  attempts_count: `update attempts set count = -1`,
  session_token_unique: `update session set token = 's'`,
  user_email_unique: `update "user" set email = 'ada@example.org'`,
  workspaces_slug: `update workspaces set slug = 'Not so' where slug = 'ws'`,
  workspaces_slug_unique: `update workspaces set slug = 'ws'`,
  workspaces_name: `update workspaces set name = ''`,
  workspaces_retention: `update workspaces set results_keep_days = 0`,
  members_role: `update members set role = 'king'`,
  workers_pid: `update workers set pid = 0`,
  computes_name: `update computes set name = 'Spark'`,
  computes_name_length: `update computes set name = repeat('x', 61) where is_given`,
  computes_default: `update computes set is_default = true`,
  computes_given: `update computes set is_given = true`,
  computes_pid: `update computes set pid = -1`,
  computes_limits: `update computes set memory_mb = 1`,
  computes_kind: `update computes set kind = 'borrowed'`,
  computes_state: `update computes set state = 'asleep'`,
  notebooks_compute_id_computes_id_fk: `update notebooks set compute_id = '${NOBODY}'`,
  notebooks_epoch: `update notebooks set epoch = 0`,
  notebooks_feed_seq: `update notebooks set feed_seq = -1`,
  document_updates_epoch: `update document_updates set epoch = 0`,
  document_updates_size: `update document_updates set update = ''`,
  document_snapshots_epoch: `update document_snapshots set epoch = 0`,
  document_snapshots_encoding: `update document_snapshots set encoding = 3`,
  document_snapshots_last_update: `update document_snapshots set last_update_id = -1`,
  notebook_versions_epoch: `update notebook_versions set epoch = 0`,
  notebook_versions_last_update: `update notebook_versions set last_update_id = -1`,
  notebook_versions_cause: `update notebook_versions set cause = 'whim'`,
  notebook_versions_name: `update notebook_versions set name = ''`,
  comment_threads_resolved: `update comment_threads set resolved_by = 'ada'`,
  comment_threads_quote: `update comment_threads set quote = repeat('x', 501)`,
  comments_body: `update comments set body = ''`,
  mentions_once: `update mentions set user_id = 'ada'`,
  runs_state: `update runs set state = 'asleep'`,
  runs_cause: `update runs set cause = 'whim'`,
  runs_timeouts: `update runs set timeout_seconds = 0`,
  runs_attempts: `update runs set attempt = -1`,
  runs_output_batch: `update runs set output_batch = -1`,
  runs_finished: `update runs set finished_at = now()`,
  run_cells_notebook_id_notebooks_id_fk: `update run_cells set notebook_id = '${NOBODY}'`,
  run_cells_position: `update run_cells set position = 0`,
  run_cells_position_positive: `update run_cells set position = -1 where cell_id = 'c1'`,
  run_cells_kind: `update run_cells set kind = 'scala'`,
  run_cells_execution_count: `update run_cells set execution_count = -1`,
  run_cells_row_limit: `update run_cells set row_limit = 0`,
  run_cells_state: `update run_cells set state = 'asleep'`,
  run_events_seq: `update run_events set seq = 0`,
  outputs_seq: `update outputs set seq = 0`,
  results_path_unique: `update results set path = 'a'`,
  results_cut: `update results set cut_by = 'whim'`,
  results_rows: `update results set rows = -1`,
  results_version: `update results set version = -1`,
  results_whole_of_another: `update results set whole_of = id`,
  results_erased: `update results set erased_at = now()`,
  comparisons_path_unique: `update comparisons set path = 'a'`,
  comparisons_asked: `update comparisons set asked_key = '[]'`,
  comparisons_key: `update comparisons set asked_key = repeat('x', 20001)`,
  kernels_live: `update kernels set ended_at = null, state = 'idle'`,
  kernels_pid: `update kernels set pid = 0`,
  kernels_bytes: `update kernels set peak_bytes = -1`,
  kernels_ended: `update kernels set ended_at = now()`,
  kernels_state: `update kernels set state = 'asleep' where ended_at is null`,
  schedules_catch_up: `update schedules set catch_up = 'some'`,
  schedules_timeouts: `update schedules set timeout_seconds = 0`,
  schedules_overlap: `update schedules set overlap = 'both'`,
  ticks_state: `update ticks set state = 'asleep'`,
  ticks_run_of_ran: `update ticks set run_id = '${RUN}'`,
  workflows_name: `update workflows set name = 'Nightly'`,
  workflows_name_length: `update workflows set name = '' where name = 'Nightly'`,
  workflow_steps_position: `update workflow_steps set position = 0`,
  workflow_steps_position_positive: `update workflow_steps set position = -1 where key = 'one'`,
  workflow_runs_rerun_of_workflow_runs_id_fk: `update workflow_runs set rerun_of = '${NOBODY}'`,
  workflow_runs_state: `update workflow_runs set state = 'asleep', finished_at = now()`,
  workflow_runs_finished: `update workflow_runs set state = 'failed'`,
  workflow_run_steps_position: `update workflow_run_steps set position = -1`,
  workflow_run_steps_state: `update workflow_run_steps set state = 'asleep'`,
  dashboards_title: `update dashboards set title = ''`,
  tiles_title: `update tiles set title = repeat('x', 201)`,
  tiles_place: `update tiles set x = 7, w = 6`,
  tiles_kind: `update tiles set kind = 'map', notebook_id = '${NB}', cell_id = 'c1'`,
  tiles_source: `update tiles set kind = 'table'`,
  shares_token: `update shares set token_hash = decode(repeat('00', 32), 'hex')`,
  shares_hash: `update shares set token_hash = 'short' where kind = 'notebook'`,
  shares_kind: `update shares set kind = 'tile' where kind = 'notebook'`,
  shares_target: `update shares set dashboard_id = '${DASH}' where kind = 'notebook'`,
  binned_data_on_the_way: `update binned_data set path = 'a', state = 'restoring'`,
  binned_data_bytes: `update binned_data set bytes = -1`,
  binned_data_kind: `update binned_data set kind = 'folder'`,
  binned_data_state: `update binned_data set state = 'asleep'`,
  uploads_name: `update uploads set name = ''`,
  uploads_bytes: `update uploads set bytes = 0`,
  uploads_head: `update uploads set head = 'x'`,
  uploads_state: `update uploads set state = 'asleep'`,
  imports_rows: `update imports set rows = -1`,
  imports_fraction: `update imports set fraction = 1.5`,
  imports_finished: `update imports set finished_at = now()`,
  imports_state: `update imports set state = 'asleep'`,
}

/** They outlive what they name, or name what is no row of ours. */
const NO_REFERENCE = [
  'account.account_id', 'account.provider_id', 'apikey.config_id', 'audit.request_id', 'audit.workspace_id',
  'comment_threads.cell_id', 'document_snapshots.last_update_id', 'document_updates.user_id', 'imports.upload_id', 'kernels.worker_id', 'notebook_versions.last_update_id',
  'run_cells.cell_id', 'runs.request_id', 'runs.worker_id', 'schedules.cell_id', 'tiles.cell_id', 'uploads.store_id', 'workflow_run_steps.notebook_id',
]

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.sql.unsafe(ROWS)
})
afterAll(() => database.drop())

describe('the database refuses what breaks', () => {
  it.each(Object.entries(TRIES))('%s', async (name, change) => {
    const refusal = await database.sql.unsafe(change).then(() => null, (error: { constraint_name?: string }) => error.constraint_name)
    expect(refusal).toBe(name)
  })

  it('every rule of its own, and no other', async () => {
    const rules = await database.sql<{ name: string }[]>`
      select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'u')
      union select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indisunique and not i.indisprimary and c.relnamespace = 'public'::regnamespace`
    const isReference = (name: string): boolean => name.endsWith('_fk')
    expect(Object.keys(TRIES).filter((name) => !isReference(name)).sort()).toEqual(rules.map(({ name }) => name).sort())
  })

  it('an open list of states, kinds and causes nowhere', async () => {
    const open = await database.sql<{ name: string }[]>`
      select c.table_name || '.' || c.column_name as name from information_schema.columns c
      where c.table_schema = 'public' and c.data_type = 'text' and c.column_name in ('state', 'kind', 'cause', 'role', 'catch_up', 'overlap', 'cut_by')
        and not exists (select from pg_constraint k where k.contype = 'c' and k.conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
          and (select a.attnum from pg_attribute a where a.attrelid = k.conrelid and a.attname = c.column_name) = any(k.conkey))`
    expect(open.map(({ name }) => name)).toEqual([])
  })

  it('a name of a row that is not there, unless it may outlive it', async () => {
    const loose = await database.sql<{ name: string }[]>`
      select c.table_name || '.' || c.column_name as name from information_schema.columns c
      where c.table_schema = 'public' and (c.column_name like '%\\_id' or c.column_name like '%\\_by' or c.column_name in ('rerun_of', 'whole_of')) and c.column_name <> 'cut_by'
        and not exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
          and (select a.attnum from pg_attribute a where a.attrelid = k.conrelid and a.attname = c.column_name) = any(k.conkey))
      order by name`
    expect(loose.map(({ name }) => name)).toEqual([...NO_REFERENCE].sort())
  })
})

describe('rows of before', () => {
  const migration = readFileSync(fileURLToPath(new URL('../../../server/store/migrations/0011_constraints.sql', import.meta.url)), 'utf8')
  const steps = migration.split('--> statement-breakpoint').map((one) => one.trim())

  it('that break a rule are brought in order, so that the migration goes through', async () => {
    const added = [...migration.matchAll(/ALTER TABLE "(\w+)" ADD CONSTRAINT "(\w+)"/g)].map(([, table, name]) => `alter table "${table}" drop constraint "${name}"`)
    const indexes = [...migration.matchAll(/CREATE (?:UNIQUE )?INDEX "(\w+)"/g)].map(([, name]) => `drop index "${name}"`)
    const broken = [
      `update apikey set reference_id = 'nobody'`, `update notebooks set compute_id = '${NOBODY}'`, `update workflow_runs set rerun_of = '${NOBODY}', state = 'failed'`,
      `update computes set is_given = true`, `update binned_data set path = 'a', state = 'restoring', bytes = -1`, `update workflow_steps set position = 0`,
      `update comment_threads set resolved_by = 'ada'`, `update kernels set ended_at = case when ended_at is null then now() end`, `update tiles set x = 11, w = 20, h = 0, title = repeat('x', 201)`,
      `update dashboards set title = ''`, `update workspaces set name = repeat('x', 81)`, `update results set erased_at = now()`, `update ticks set run_id = '${RUN}'`,
      `update imports set finished_at = now(), fraction = 2`, `update shares set kind = 'tile' where kind = 'notebook'`,
    ]
    const undone = new Error('only tried')
    const walk = database.sql.begin(async (tx) => {
      for (const one of [...added, ...indexes, ...broken, ...steps]) await tx.unsafe(one)
      const [after] = await tx`select (select count(*)::int from apikey) as keys, (select compute_id from notebooks) as compute, (select string_agg(position::text, ',' order by key) from workflow_steps) as steps,
        (select count(*)::int from computes where is_given) as given, (select string_agg(state, ',' order by state) from binned_data) as bin, (select x || ',' || w || ',' || h from tiles) as place`
      expect(after).toEqual({ keys: 0, compute: null, steps: '0,1', given: 1, bin: 'kept,restoring', place: '0,12,1' })
      throw undone
    })
    await expect(walk).rejects.toBe(undone)
  })
})
