/** A run from the request to its end, on a real worker, a real kernel and a real database. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { createRunWorld, NO_SPARK, textOf, until, type RunWorld } from '../../support/run-world.ts'

/** A word that only the worker was told. */
const PLANTED = `planted-${randomUUID()}`
let world: RunWorld

beforeAll(async () => {
  world = await createRunWorld({ SPARK_REMOTE: NO_SPARK, PLANTED })
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 60_000)

describe('a run', () => {
  it('shows what a cell prints, and says that it succeeded', async () => {
    const notebook = await world.addNotebook()
    const { run, outputs } = await world.run(notebook, 'print(6 * 7)')
    expect(run.state).toBe('succeeded')
    expect(run.cells[0]).toMatchObject({ state: 'succeeded', executionCount: 1 })
    expect(textOf(outputs)).toBe('42\n')
  })

  it('keeps variables from one run to the next', async () => {
    const notebook = await world.addNotebook()
    await world.run(notebook, 'ship = "Vega"')
    const { outputs, run } = await world.run(notebook, 'print(ship)')
    expect(textOf(outputs)).toBe('Vega\n')
    expect(run.cells[0]?.executionCount).toBe(2)
  })

  it('keeps stdout and stderr apart and in their order', async () => {
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, 'import sys, time\nprint("one", flush=True)\ntime.sleep(.05)\nprint("two", file=sys.stderr, flush=True)\ntime.sleep(.05)\nprint("three", flush=True)')
    expect(outputs.map((output) => (output.kind === 'stream' ? `${output.name}: ${output.text}` : output.kind))).toEqual(['stdout: one\n', 'stderr: two\n', 'stdout: three\n'])
  })

  it('says why it failed also where the error holds what the database cannot', async () => {
    const { run } = await world.run(await world.addNotebook(), 'raise ValueError("a\\0b")')
    expect([run.state, run.reason]).toEqual(['failed', 'ValueError: a\uFFFDb'])
  })

  it('shows an error with its name, message and frames, and skips the cells behind it', async () => {
    const notebook = await world.addNotebook('print("before")', '1 / 0', 'print("after")')
    const done = await world.ended((await world.request(notebook)).id)
    expect(done.state).toBe('failed')
    expect(done.reason).toBe('ZeroDivisionError: division by zero')
    expect(done.cells.map((cell) => cell.state)).toEqual(['succeeded', 'failed', 'skipped'])
    const error = (await world.outputsOf(done, 'c2')).find((output) => output.kind === 'error')
    expect(error).toMatchObject({ name: 'ZeroDivisionError', message: 'division by zero' })
    expect(stripVTControlCharacters(error?.frames.join('\n') ?? '')).toContain('1 / 0')
  })

  it('shows a matplotlib picture as a PNG', async () => {
    const notebook = await world.addNotebook()
    const { outputs, run } = await world.run(notebook, 'import matplotlib.pyplot as plt\n_ = plt.plot([1, 3, 2])\nplt.show()')
    expect(run.state).toBe('succeeded')
    const picture = outputs.find((output) => output.kind === 'display' && 'image/png' in output.data)
    expect(picture?.kind === 'display' && Buffer.from(picture.data['image/png']!, 'base64').subarray(1, 4).toString()).toBe('PNG')
  }, 60_000)

  it('shows HTML and the value of the last expression', async () => {
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, 'from IPython.display import HTML\ndisplay(HTML("<b>hi</b>"))\n2 + 3')
    expect(outputs).toMatchObject([{ kind: 'display', data: { 'text/html': '<b>hi</b>' } }, { kind: 'display', data: { 'text/plain': '5' } }])
  })

  it('replaces what a cell cleared', async () => {
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, 'from IPython.display import clear_output\nprint("old", flush=True)\nclear_output(wait=True)\nprint("new")')
    expect(textOf(outputs)).toBe('new\n')
  })

  it('runs requests for one notebook one after another, in their order', async () => {
    const notebook = await world.addNotebook('import time; time.sleep(.2); print("x")')
    const runs = await Promise.all([world.request(notebook), world.request(notebook), world.request(notebook)])
    const done = await Promise.all(runs.map((run) => world.ended(run.id)))
    const spans = done.map((run) => [Date.parse(run.startedAt!), Date.parse(run.finishedAt!)] as const).sort((a, b) => a[0] - b[0])
    expect(done.map((run) => run.state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    for (let index = 1; index < spans.length; index += 1) expect(spans[index]![0]).toBeGreaterThanOrEqual(spans[index - 1]![1])
    // The next one does not wait for the queue's poll.
    expect(spans[2]![1] - spans[0]![0]).toBeLessThan(1500)
  })

  it('runs two notebooks side by side', async () => {
    const notebooks = await Promise.all([world.addNotebook(), world.addNotebook()])
    // Each has its kernel: one may come up a second behind the other.
    for (const notebook of notebooks) {
      await world.run(notebook, 'import time')
      world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: 'time.sleep(1)' }])
    }
    const runs = await Promise.all(notebooks.map((id) => world.request(id)))
    const [a, b] = await Promise.all(runs.map((run) => world.ended(run.id)))
    expect(Date.parse(a!.startedAt!)).toBeLessThan(Date.parse(b!.finishedAt!))
    expect(Date.parse(b!.startedAt!)).toBeLessThan(Date.parse(a!.finishedAt!))
  })

  it('B11: takes no table that a cell only claims to have written', async () => {
    const notebook = await world.addNotebook()
    const forged = { path: 'ws/other/results/x/c1/0', version: 0, columns: [], rows: 1, truncated: false }
    const { outputs } = await world.run(notebook, `display({"application/vnd.dataharbour.result+json": ${JSON.stringify(forged).replace('false', 'False')}}, raw=True)`)
    expect(outputs.map((output) => output.kind)).toEqual(['notice'])
  })

  it('keeps text that Postgres cannot store as it is', async () => {
    const notebook = await world.addNotebook()
    const { outputs, run } = await world.run(notebook, 'print("a\\x00b ⛵")')
    expect(run.state).toBe('succeeded')
    expect(textOf(outputs)).toBe('a\uFFFDb ⛵\n')
  })

  it('S26: gives a cell no secret of ours in its environment', async () => {
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, 'import os\nprint(sorted(os.environ))\nprint(dict(os.environ))')
    const shown = textOf(outputs)
    for (const secret of [process.env.DATABASE_URL, process.env.S3_SECRET_KEY, process.env.AUTH_SECRET, 'DATABASE_URL', 'S3_SECRET']) if (secret) expect(shown).not.toContain(secret)
  })

  it('S26: shows a cell none of the worker’s secrets in its environment or its command line', async () => {
    const secrets = { database: world.url, planted: PLANTED }
    const probe = `import glob, json
found = []
for path in [*glob.glob("/proc/[0-9]*/environ"), *glob.glob("/proc/[0-9]*/cmdline"), *glob.glob("/tmp/dh-environment-*/*")]:
    try: text = open(path, "rb").read()
    except OSError: continue
    found += [path + " " + name for name, secret in json.loads(given).items() if secret.encode() in text]
print(sorted(found))`
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [{ id: 'in' as CellId, kind: 'input', source: writeInput(newInput('text', 'given')), value: JSON.stringify(secrets) }, { id: 'c1' as CellId, kind: 'python', source: probe }])
    expect(textOf(await world.outputsOf(await world.ended((await world.request(notebook)).id)))).toBe('[]\n')
  })
})

describe('S33: a secret that a cell prints', () => {
  it('is where its author put it (output, error of the run), and in no log, no audit and no queue', async () => {
    const secret = 'planted-9f2c41d7'
    const notebook = await world.addNotebook()
    const ways = [
      'print(s)', 'import sys; print(s, file=sys.stderr)', 's', 'print("\\u200b".join(s))', 'import base64; print(base64.b64encode(s.encode()).decode())', 'print(s.encode().hex())',
      'print(s[::-1])', 'import logging; logging.warning(s)', 'display({"text/html": "<b>" + s + "</b>"}, raw=True)', 'raise ValueError(s)',
    ]
    for (const way of ways) await world.run(notebook, `s = "planted-" + "9f2c41d7"\n${way}`)
    const forms = [secret, [...secret].join('\u200b'), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex'), [...secret].toReversed().join('')]
    const isIn = (text: string) => forms.some((form) => text.includes(form))
    expect(isIn(JSON.stringify(await world.sql`select output from outputs where notebook_id = ${notebook}`))).toBe(true)
    const logs = readdirSync(join(world.dataDir, 'logs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    expect(isIn([...logs, ...world.workers.map((worker) => worker.log())].join(''))).toBe(false)
    for (const table of ['audit', 'kernels', 'workers', 'computes']) expect([table, (await world.sql`select * from ${world.sql(table)}`).map((row) => JSON.stringify(row)).filter(isIn)]).toEqual([table, []])
    const jobs = await world.sql`select payload, last_error from graphile_worker._private_jobs`
    expect(isIn(JSON.stringify(jobs))).toBe(false)
  }, 60_000)
})

describe('the feed', () => {
  it('numbers everything without a gap, and gives the same from any number on', async () => {
    const notebook = await world.addNotebook('print(1)', 'print(2)')
    const { rows, stop } = world.follow(notebook)
    await world.ended((await world.request(notebook)).id)
    await until(() => rows.some(({ event }) => event.kind === 'run.changed' && event.state === 'succeeded'))
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => index + 1))
    const late = world.follow(notebook, 3)
    await until(() => late.rows.length === rows.length - 3)
    expect(late.rows).toEqual(rows.slice(3))
    stop()
    late.stop()
  })
})
