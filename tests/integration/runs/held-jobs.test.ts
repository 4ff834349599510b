/** F8: the database fails in the moment in which a job ends. Neither it nor its queue stays locked by a worker that lives. */
import type { TaskList } from 'graphile-worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '#server/log.ts'
import { openQueue } from '#workers/queue.ts'
import { until } from '../../support/run-world.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
}, 60_000)
afterAll(() => world.drop())

const add = (mark: string, queue: string) => world.sql`select graphile_worker.add_job('run-notebook', ${JSON.stringify({ mark })}::json, queue_name := ${queue}, max_attempts := 3)`
const left = async () => (await world.sql<{ n: number }[]>`select count(*)::integer as n from graphile_worker._private_jobs`)[0]!.n

/** While it stands no job can be let go of; jobs can be taken. */
async function breakEnds(): Promise<() => Promise<unknown>> {
  await world.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'terminating connection' using errcode = '57P01'; end $$;
    create trigger refuse_end before delete on graphile_worker._private_jobs for each row execute function refuse();
    create trigger refuse_failure before update on graphile_worker._private_jobs for each row when (new.last_error is distinct from old.last_error) execute function refuse();`)
  return () => world.sql.unsafe('drop trigger refuse_end on graphile_worker._private_jobs; drop trigger refuse_failure on graphile_worker._private_jobs; drop function refuse()')
}

it('what waits behind a job that could not be let go of runs when it can, and a failed one is tried again', async () => {
  const begun: string[] = []
  const taskList: TaskList = { 'run-notebook': (payload) => {
    const { mark } = payload as { mark: string }
    begun.push(mark)
    if (mark === 'fails' && begun.filter((one) => one === mark).length === 1) throw new Error('once \0 \ud800')
  } }
  const unhandled: unknown[] = []
  const note = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const mend = await breakEnds()
  const { runner } = await openQueue({ databaseUrl: world.url, sql: world.sql, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), concurrency: 4, taskList, cronItems: [], isFirst: true, onEnd: () => {} })
  try {
    for (const mark of ['first', 'second']) await add(mark, 'one')
    for (const mark of ['fails', 'last']) await add(mark, 'two')
    await until(() => begun.length > 1)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect(begun.toSorted()).toEqual(['fails', 'first'])
    // graphile-worker does not hear of it: nobody but us would look.
    expect(unhandled).toHaveLength(2)
    await mend()
    await until(async () => (await left()) === 0, 20_000)
    expect(begun.toSorted()).toEqual(['fails', 'fails', 'first', 'last', 'second'])
  } finally {
    await runner.stop()
    process.off('unhandledRejection', note)
  }
}, 60_000)
