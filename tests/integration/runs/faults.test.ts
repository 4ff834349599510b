/** What happens to runs when something dies or somebody stops it. Real processes, real signals. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { readVariables } from '#server/compute/ask-kernel.ts'
import { createKernelLine } from '#server/compute/kernel-line.ts'
import { cancelRun, interruptNotebook } from '#server/runs/cancel-run.ts'
import { restartKernel } from '#server/compute/restart-kernel.ts'
import { startSweeper } from '#server/runs/start-sweeper.ts'
import { kernels } from '#server/store/schema/compute.ts'
import { isAlive } from '#workers/processes/identity.ts'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

let world: RunWorld
beforeEach(async () => {
  world = await createRunWorld()
}, 60_000)
afterEach(() => world.close(), 60_000)

const isRunning = (id: Parameters<RunWorld['read']>[0]) => async () => (await world.read(id)).cells[0]?.state === 'running'
/** Its cell has printed: what stands before that line has been done. A running cell may still be before its first line. */
const hasSpoken = (id: Parameters<RunWorld['read']>[0]) => async () => textOf(await world.outputsOf(await world.read(id))) !== ''
const kernelOf = async (notebookId: NotebookId) => (await world.db.select().from(kernels).where(eq(kernels.notebookId, notebookId)).orderBy(kernels.startedAt)).at(-1)!

describe('interrupting', () => {
  it('B9: stops an endless loop within 8 s, and the variables are still there', async () => {
    await world.startWorker()
    const notebook = await world.addNotebook('x = 41\nprint("on")\nwhile True: pass')
    const run = await world.request(notebook)
    await until(hasSpoken(run.id))
    const startedAt = Date.now()
    await interruptNotebook(world.deps, world.person, { notebookId: notebook })
    const done = await world.ended(run.id)
    expect(Date.now() - startedAt).toBeLessThan(2000)
    expect(done).toMatchObject({ state: 'cancelled', reason: 'Cancelled by Ada.' })
    expect(done.cells[0]?.state).toBe('cancelled')
    expect(textOf((await world.run(notebook, 'print(x + 1)')).outputs)).toBe('42\n')
  }, 60_000)

  it('B9: ends the kernel of a cell that ignores the interrupt, within 8 s: by catching it, by switching it off, in a loop of C', async () => {
    await world.startWorker()
    await Promise.all([
      'import time\nwhile True:\n  try:\n    print("on")\n    time.sleep(60)\n  except KeyboardInterrupt:\n    pass',
      'import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint("on")\nwhile True: time.sleep(60)',
      // The loop never lets go of Python's lock, so what it says before must be out of the kernel first.
      'print("on", flush=True)\nsum(range(10**13))',
    ].map(async (source) => {
      const notebook = await world.addNotebook(source)
      const { rows } = world.follow(notebook)
      const run = await world.request(notebook)
      await until(hasSpoken(run.id))
      const startedAt = Date.now()
      await cancelRun(world.deps, world.person, { runId: run.id })
      const done = await world.ended(run.id)
      expect(Date.now() - startedAt, source).toBeLessThan(8500)
      expect(done.state, source).toBe('cancelled')
      expect((await world.outputsOf(done)).at(-1)).toMatchObject({ kind: 'notice', text: expect.stringContaining('did not stop') as string })
      // Everybody's variables went with it.
      const reason = 'A cell did not stop within 5 seconds, so the kernel was ended. Its variables are gone; the next run starts a new one.'
      expect(await kernelOf(notebook)).toMatchObject({ state: 'dead', endReason: reason })
      await until(() => rows.some(({ event }) => event.kind === 'kernel.changed' && event.state === 'dead' && event.reason === reason))
      expect(textOf((await world.run(notebook, 'print("again")')).outputs)).toBe('again\n')
    }))
  }, 60_000)

  it('cancels what waits in the queue at once', async () => {
    await world.startWorker()
    const notebook = await world.addNotebook('import time; time.sleep(2)')
    const [first, second] = [await world.request(notebook), await world.request(notebook)]
    await until(isRunning(first.id))
    expect(await cancelRun(world.deps, world.person, { runId: second.id })).toMatchObject({ ok: true, value: { state: 'cancelled' } })
    expect((await world.ended(second.id)).cells[0]?.state).toBe('cancelled')
    expect((await world.ended(first.id)).state).toBe('succeeded')
    expect(await cancelRun(world.deps, world.person, { runId: second.id })).toMatchObject({ ok: false, reason: 'run-ended' })
  }, 60_000)

  it('restarts a kernel: what ran is cancelled and the variables are gone', async () => {
    await world.startWorker()
    const notebook = await world.addNotebook()
    await world.run(notebook, 'x = 1')
    const before = await kernelOf(notebook)
    const request = restartKernel(world.deps, world.person, { notebookId: notebook, requestId: null })
    expect((await request).ok).toBe(true)
    await until(async () => (await kernelOf(notebook)).endedAt)
    expect((await kernelOf(notebook)).state).toBe('stopped')
    expect((await world.run(notebook, 'print(x)')).run.reason).toContain('NameError')
    expect((await kernelOf(notebook)).pid).not.toBe(before.pid)
  }, 60_000)
})

describe('F6: a kernel that dies', () => {
  it('fails its cell within 3 s with the signal, skips the rest, and the next run gets a new kernel', async () => {
    await world.startWorker()
    const notebook = await world.addNotebook('import time; print("begun", flush=True); time.sleep(60)', 'print("never")')
    const other = await world.addNotebook('import time; time.sleep(2); print("unhurt")')
    const { rows } = world.follow(notebook)
    const run = await world.request(notebook)
    const unhurt = await world.request(other)
    await until(() => rows.some(({ event }) => event.kind === 'output.added'))
    const killedAt = Date.now()
    process.kill((await kernelOf(notebook)).pid, 'SIGKILL')
    const done = await world.ended(run.id)
    expect(Date.now() - killedAt).toBeLessThan(3000)
    expect(done.state).toBe('failed')
    expect(done.reason).toContain('signal 9')
    expect(done.cells.map((cell) => cell.state)).toEqual(['failed', 'skipped'])
    expect(textOf(await world.outputsOf(done))).toBe('begun\n')
    await until(() => rows.some(({ event }) => event.kind === 'kernel.changed' && event.state === 'dead' && event.reason?.includes('signal 9')))
    const again = await world.run(notebook, 'print("alive")')
    expect(textOf(again.outputs)).toBe('alive\n')
    expect(Date.now() - killedAt).toBeLessThan(10_000)
    expect(textOf(await world.outputsOf(await world.ended(unhurt.id)))).toBe('unhurt\n')
  }, 60_000)

  it('is noticed while nothing runs, and everybody is told', async () => {
    await world.startWorker()
    const notebook = await world.addNotebook()
    await world.run(notebook, 'x = 1')
    const { rows } = world.follow(notebook)
    process.kill((await kernelOf(notebook)).pid, 'SIGKILL')
    await until(() => rows.some(({ event }) => event.kind === 'kernel.changed' && event.state === 'dead'), 3000)
    expect((await world.run(notebook, 'print(x)')).run.reason).toContain('NameError')
  }, 60_000)

  it('says so when a cell ends its own process', async () => {
    await world.startWorker()
    const { run } = await world.run(await world.addNotebook(), 'import os; os._exit(3)')
    expect(run.reason).toContain('exit code 3')
  }, 60_000)
})

describe('F3: a worker that dies', () => {
  it('loses its run within 15 s with a reason, and the re-run works on another worker with the variables alive', async () => {
    const dying = await world.startWorker()
    const notebook = await world.addNotebook()
    await world.run(notebook, 'kept = "kept"')
    world.texts.set(notebook, [{ id: 'c1' as never, kind: 'python', source: 'import time\nprint("partial", flush=True)\ntime.sleep(120)' }])
    const run = await world.request(notebook)
    await until(hasSpoken(run.id))
    const killedAt = Date.now()
    await dying.kill('SIGKILL')
    const stopSweeper = startSweeper(world.deps)
    const lost = await world.ended(run.id, 20_000)
    expect(Date.now() - killedAt).toBeLessThan(15_000)
    expect(lost).toMatchObject({ state: 'lost', reason: 'The worker that ran this died. Run it again.' })
    expect(textOf(await world.outputsOf(lost))).toBe('partial\n')
    await stopSweeper()
    await world.startWorker()
    expect(textOf((await world.run(notebook, 'print(kept)')).outputs)).toBe('kept\n')
  }, 90_000)

  it('leaves nothing going: another worker stops what the lost run does, without anybody running anything', async () => {
    const dying = await world.startWorker()
    const notebook = await world.addNotebook()
    await world.run(notebook, 'kept = "kept"')
    const beats = join(world.dataDir, 'beats')
    world.texts.set(notebook, [{ id: 'c1' as never, kind: 'python', source: `import time\nprint("on", flush=True)\nwhile True:\n  open(${JSON.stringify(beats)}, "a").write(".")\n  time.sleep(.1)` }])
    const run = await world.request(notebook)
    await until(hasSpoken(run.id))
    await world.startWorker()
    await dying.kill('SIGKILL')
    await until(async () => (await kernelOf(notebook)).state === 'idle', 35_000)
    expect((await world.read(run.id)).state).toBe('lost')
    const count = statSync(beats).size
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(statSync(beats).size).toBe(count)
    const line = await createKernelLine(world.deps)
    const variables = await readVariables({ db: world.db, kernelLine: line }, world.person, { notebookId: notebook })
    await line.close()
    expect(variables).toMatchObject({ ok: true, value: { kernel: 'idle', answer: { variables: expect.arrayContaining([expect.objectContaining({ name: 'kept' })]) as unknown } } })
    expect(textOf((await world.run(notebook, 'print(kept)')).outputs)).toBe('kept\n')
  }, 90_000)

  it('gives a scheduled run a second attempt, whose output is the only one', async () => {
    const dying = await world.startWorker()
    const notebook = await world.addNotebook('import time\nprint("once", flush=True)\ntime.sleep(3)')
    const { startRun } = await import('#server/runs/start-run.ts')
    const started = await world.db.transaction((tx) => startRun(world.deps, tx, { notebookId: notebook, scope: { kind: 'all' }, cause: 'schedule', userId: world.person.userId, requestId: null }))
    if (!started.ok) throw new Error(started.message)
    await until(hasSpoken(started.value))
    const orphan = await kernelOf(notebook)
    await dying.kill('SIGKILL')
    await world.startWorker()
    const done = await world.ended(started.value, 40_000)
    // The first attempt's code does not go on beside the second's.
    expect(await isAlive(orphan)).toBe(false)
    expect(done).toMatchObject({ state: 'succeeded', attempt: 2 })
    expect(textOf(await world.outputsOf(done))).toBe('once\n')
  }, 90_000)
})

describe('a run that its worker let go of', () => {
  it('ends within 10 s although the worker lives, and the notebook works on', async () => {
    await world.startWorker()
    const notebook = await world.addNotebook('import time; time.sleep(120)')
    const run = await world.request(notebook)
    await until(isRunning(run.id))
    // As a job is completed: it goes, and its queue is free.
    await world.sql`with gone as (delete from graphile_worker._private_jobs where key = ${`run:${run.id}`} returning job_queue_id)
      update graphile_worker._private_job_queues set locked_at = null, locked_by = null where id in (select job_queue_id from gone)`
    expect(await world.ended(run.id, 10_000)).toMatchObject({ state: 'lost', reason: expect.stringContaining('Run it again') as string })
    expect(textOf((await world.run(notebook, 'print("on")')).outputs)).toBe('on\n')
  }, 60_000)
})

describe('F4: a worker that was stopped and wakes up', () => {
  it('writes nothing more after its run was given up, and ends itself', async () => {
    const sleeping = await world.startWorker()
    const notebook = await world.addNotebook('import time\nfor i in range(400):\n  print(i, flush=True); time.sleep(.1)')
    const run = await world.request(notebook)
    await until(hasSpoken(run.id))
    sleeping.process.kill('SIGSTOP')
    const stopSweeper = startSweeper(world.deps)
    const lost = await world.ended(run.id, 40_000)
    expect(lost.state).toBe('lost')
    const before = textOf(await world.outputsOf(lost))
    const ended = new Promise((resolve) => sleeping.process.once('exit', resolve))
    sleeping.process.kill('SIGCONT')
    await ended
    expect(textOf(await world.outputsOf(lost))).toBe(before)
    await stopSweeper()
  }, 90_000)
})

describe('F5: a worker that is asked to stop', () => {
  it('lets a short run end, and the next worker finds the variables', async () => {
    const leaving = await world.startWorker()
    const notebook = await world.addNotebook('import time; x = 7; time.sleep(2); print("done")')
    const run = await world.request(notebook)
    await until(isRunning(run.id))
    await leaving.kill('SIGTERM')
    expect((await world.read(run.id)).state).toBe('succeeded')
    await world.startWorker()
    expect(textOf((await world.run(notebook, 'print(x)')).outputs)).toBe('7\n')
  }, 60_000)
})

describe('F5: a run that is longer than the time that a leaving worker has', () => {
  it('is lost with a word at its cell where a person asked for it, waits for the next worker where a schedule did, and its code is stopped', async () => {
    const leaving = await world.startWorker()
    const source = 'import time\nkept = 1\nprint("on", flush=True)\ntime.sleep(300)'
    const [asked, scheduled] = [await world.addNotebook(source, 'print("later")'), await world.addNotebook(source)]
    const run = await world.request(asked)
    const { startRun } = await import('#server/runs/start-run.ts')
    const started = await world.db.transaction((tx) => startRun(world.deps, tx, { notebookId: scheduled, scope: { kind: 'all' }, cause: 'schedule', userId: world.person.userId, requestId: null }))
    if (!started.ok) throw new Error(started.message)
    await until(hasSpoken(run.id))
    await until(hasSpoken(started.value))
    const fresh = await kernelOf(scheduled)
    await leaving.kill('SIGTERM')
    expect(await world.read(run.id)).toMatchObject({ state: 'lost', reason: 'The worker was stopped while this ran. Run it again.', cells: [{ state: 'lost' }, { state: 'skipped' }] })
    expect(textOf(await world.outputsOf(await world.read(run.id)))).toBe('on\n')
    expect(await kernelOf(asked)).toMatchObject({ state: 'idle', endedAt: null })
    const waiting = await world.read(started.value)
    expect(waiting).toMatchObject({ state: 'queued', attempt: 1, reason: null, cells: [{ state: 'queued', startedAt: null }] })
    expect(textOf(await world.outputsOf(waiting))).toBe('')
    expect(await isAlive(fresh)).toBe(false)
    await cancelRun(world.deps, world.person, { runId: started.value })
    await world.startWorker()
    expect(textOf((await world.run(asked, 'print(kept)')).outputs)).toBe('1\n')
  }, 90_000)
})

describe('F24: a newer version that changed the queue’s tables', () => {
  it('lets the worker of before end its run and go, and a new one goes on where it was', async () => {
    const old = await world.startWorker()
    const notebook = await world.addNotebook('import time\nx = 8\nfor i in range(5):\n  print(i, flush=True); time.sleep(.2)')
    const run = await world.request(notebook)
    await until(isRunning(run.id))
    // What graphile-worker of a newer version tells those that work already.
    await world.sql`select pg_notify('worker:migrate', ${JSON.stringify({ migrationNumber: 999_999, breaking: true })})`
    await until(() => old.process.exitCode !== null, 20_000)
    const done = await world.read(run.id)
    expect([done.state, textOf(await world.outputsOf(done))]).toEqual(['succeeded', '0\n1\n2\n3\n4\n'])
    await world.startWorker()
    expect(textOf((await world.run(notebook, 'print(x)')).outputs)).toBe('8\n')
  }, 60_000)
})

describe('several workers', () => {
  it('share a notebook: its variables are there whoever takes the run', async () => {
    await Promise.all([world.startWorker(), world.startWorker()])
    const notebook = await world.addNotebook()
    await world.run(notebook, 'n = 0')
    const takers = async () => (await world.sql`select distinct worker_id from runs where notebook_id = ${notebook}`).length
    // Who is quicker takes a run; sooner or later each is.
    let rounds = 0
    while (rounds < 8 || (rounds < 100 && (await takers()) < 2)) {
      await world.run(notebook, 'n += 1')
      rounds += 1
    }
    expect(textOf((await world.run(notebook, 'print(n)')).outputs)).toBe(`${rounds}\n`)
    expect(await takers()).toBe(2)
  }, 90_000)
})

describe('workers on two machines', () => {
  /** As another machine: another name, and files of its own. */
  const elsewhere = () => world.startWorker({ WORKER_HOST: 'elsewhere', DATAHARBOUR_DATA: join(world.dataDir, 'elsewhere') })
  const hostOf = async (id: RunId) => (await world.sql<{ host: string }[]>`select w.host from runs r join workers w on w.id = r.worker_id where r.id = ${id}`)[0]?.host

  it('keep a notebook’s variables: each run goes to the machine of its kernel, in the order in which they were asked for', async () => {
    await Promise.all([world.startWorker({ WORKER_HOST: 'here' }), elsewhere()])
    for (let number = 0; number < 4; number += 1) {
      const notebook = await world.addNotebook('seen = ["0"]')
      // Asked for before there is a kernel: any worker may take them.
      const first = await world.request(notebook)
      const later: RunId[] = []
      for (const n of [1, 2, 3]) {
        world.texts.set(notebook, [{ id: 'c1' as never, kind: 'python', source: `seen.append("${n}")\nprint(*seen)` }])
        later.push((await world.request(notebook)).id)
      }
      const host = await hostOf((await world.ended(first.id)).id)
      for (const id of later) {
        const done = await world.ended(id)
        expect([done.state, await hostOf(id)], done.reason ?? '').toEqual(['succeeded', host])
      }
      expect(textOf(await world.outputsOf(await world.read(later[2]!)))).toBe('0 1 2 3\n')
      expect((await world.sql`select from kernels where notebook_id = ${notebook}`).length).toBe(1)
    }
  }, 120_000)

  it('take over what waits for a machine whose workers are gone', async () => {
    const here = await world.startWorker({ WORKER_HOST: 'here' })
    const notebook = await world.addNotebook()
    await world.run(notebook, 'x = 1')
    await here.kill('SIGKILL')
    world.texts.set(notebook, [{ id: 'c1' as never, kind: 'python', source: 'print("x" in globals())' }])
    const run = await world.request(notebook)
    await elsewhere()
    const stopSweeper = startSweeper(world.deps)
    const done = await world.ended(run.id, 60_000)
    await stopSweeper()
    // What lived there is out of reach: a new kernel, and no error.
    expect([done.state, textOf(await world.outputsOf(done)), await hostOf(run.id)]).toEqual(['succeeded', 'False\n', 'elsewhere'])
  }, 120_000)
})

describe('F8: the database', () => {
  it('cuts every connection in mid-run, twice: the run ends with all of its output, and the next one works', async () => {
    const worker = await world.startWorker()
    const notebook = await world.addNotebook()
    const cut = () => world.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
    world.texts.set(notebook, [{ id: 'c1' as never, kind: 'python', source: 'import time\nfor i in range(30):\n  print(i, flush=True); time.sleep(.1)' }])
    const run = await world.request(notebook)
    await until(isRunning(run.id))
    await cut()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await cut()
    const done = await world.ended(run.id)
    expect(done.state).toBe('succeeded')
    const lines = textOf(await world.outputsOf(done)).trim().split('\n')
    expect(lines).toEqual(Array.from({ length: 30 }, (_, index) => String(index)))
    expect(textOf((await world.run(notebook, 'print("next")')).outputs)).toBe('next\n')
    expect(worker.process.exitCode).toBeNull()
  }, 90_000)
})

describe('F23: cancelling at any moment', () => {
  it('always ends the run, and the notebook works afterwards', async () => {
    await world.startWorker()
    // Longer than a wish to cancel may take that is not told but asked for: what has finished is finished.
    const notebook = await world.addNotebook('import time\nfor _ in range(30): time.sleep(.1)')
    await world.ended((await world.request(notebook)).id)
    for (let round = 0; round < 12; round += 1) {
      const run = await world.request(notebook)
      await new Promise((resolve) => setTimeout(resolve, round * 12))
      const askedAt = Date.now()
      await cancelRun(world.deps, world.person, { runId: run.id })
      expect((await world.ended(run.id)).state).toBe('cancelled')
      expect(Date.now() - askedAt).toBeLessThan(4000)
    }
    expect(textOf((await world.run(notebook, 'print("fine")')).outputs)).toBe('fine\n')
    expect(await world.db.select().from(kernels)).toHaveLength(1)
  }, 120_000)
})
