/** What cells show, from a real kernel through a real worker to what a page is painted from: B8, B11, errors as data, updates. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TraceLink } from '#lib/domain/error-trace.ts'
import type { OmittedText, Output } from '#lib/domain/feed.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { HEAD_CHARS, TAIL_CHARS } from '#lib/domain/long-text.ts'
import { loadConfig } from '#server/config.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { cancelRun } from '#server/runs/cancel-run.ts'
import { readText, streamText } from '#server/runs/read-text.ts'
import { outputs as outputRows, results } from '#server/store/schema/runs.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

const S3 = {
  endpoint: process.env.S3_ENDPOINT ?? '', accessKey: process.env.S3_ACCESS_KEY ?? '', secretKey: process.env.S3_SECRET_KEY ?? '',
  region: process.env.S3_REGION ?? 'us-east-1', bucket: process.env.S3_BUCKET ?? 'dataharbour', hasSts: true,
}
let world: RunWorld

beforeAll(async () => {
  world = await createRunWorld()
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 60_000)

const omittedOf = (outputs: readonly Output[]) => outputs.find((output): output is OmittedText => output.kind === 'omitted')
const traceOf = (outputs: readonly Output[]): TraceLink[] => outputs.flatMap((output) => (output.kind === 'error' ? (output.trace ?? []) : []))
const errorOf = (outputs: readonly Output[]) => outputs.find((output) => output.kind === 'error')

describe('B8: a cell that prints much', () => {
  it('shows head and tail, keeps the whole in the store, and adds little to the feed', async () => {
    const notebook = await world.addNotebook()
    const { run, outputs } = await world.run(notebook, 'for i in range(400_000): print(f"line {i:06d} of a long text ........")')
    expect(run.state).toBe('succeeded')
    expect(outputs.map((output) => output.kind)).toEqual(['stream', 'omitted', 'stream'])
    const all = 400_000 * 'line 000000 of a long text ........\n'.length
    const omitted = omittedOf(outputs)!
    expect(omitted).toMatchObject({ runId: run.id, chars: all, keptBytes: all })
    const [head = '', , tail = ''] = outputs.map((output) => (output.kind === 'stream' ? output.text : ''))
    expect([head.length, tail.length]).toEqual([HEAD_CHARS, TAIL_CHARS])
    expect(head.startsWith('line 000000')).toBe(true)
    expect(tail.endsWith('line 399999 of a long text ........\n')).toBe(true)

    const deps = { db: world.db, objects: createMinioObjects(S3) }
    const which = { runId: run.id, textId: omitted.textId! }
    const kept = await readText(deps, world.person, which)
    expect(kept).toMatchObject({ ok: true, value: { rows: 400_000, bytes: all } })
    const stream = await streamText(deps, world.person, which)
    let read = 0
    if (stream.ok) for await (const chunk of stream.value) read += chunk.length
    expect(read).toBe(all)
    const stranger = await world.addPerson('Eve', null)
    expect(await readText(deps, stranger, which)).toMatchObject({ ok: false, reason: 'not-found' })

    const rows = await world.db.select({ output: outputRows.output }).from(outputRows)
    expect(JSON.stringify(rows).length).toBeLessThan(2 * (HEAD_CHARS + TAIL_CHARS))
  }, 60_000)

  it('is stopped at once in the middle of it', async () => {
    const notebook = await world.addNotebook('while True: print("x" * 1000)')
    const requested = await world.request(notebook)
    await until(async () => omittedOf(await world.outputsOf(requested)), 30_000)
    const begun = performance.now()
    await cancelRun(world.deps, world.person, { runId: requested.id })
    const run = await world.ended(requested.id)
    expect(run.state).toBe('cancelled')
    expect(performance.now() - begun).toBeLessThan(3000)
  }, 60_000)

  it('takes one endless line in pieces, and more than a page bears of a picture not at all', async () => {
    const notebook = await world.addNotebook()
    const line = await world.run(notebook, 'print("y" * 30_000_000)')
    expect(omittedOf(line.outputs)).toMatchObject({ chars: 30_000_001, keptBytes: 30_000_001 })
    const page = await world.run(notebook, 'from IPython.display import HTML\nHTML("<p>" * 5_000_000)')
    expect(page.outputs).toMatchObject([{ kind: 'display', data: { 'text/plain': expect.stringContaining('10 MB') as string } }])
  }, 60_000)

  it('keeps a bar that was drawn three thousand times as one line', async () => {
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, 'import sys, time\nfor i in range(3001):\n    sys.stderr.write(f"\\r{i}/3000")\n    if i % 300 == 0: sys.stderr.flush(); time.sleep(.02)\nprint("done")')
    expect(outputs).toEqual([{ kind: 'stream', name: 'stderr', text: '3000/3000' }, { kind: 'stream', name: 'stdout', text: 'done\n' }])
  })
})

describe('a display', () => {
  it('is updated in place, also from a later cell, and a snapshot holds the last', async () => {
    const notebook = await world.addNotebook('h = display("one", display_id="it")', 'for i in range(50): h.update(f"now {i}")\nprint("end")')
    const run = await world.ended((await world.request(notebook)).id)
    expect(await world.outputsOf(run, 'c1')).toMatchObject([{ kind: 'display', data: { 'text/plain': "'now 49'" }, isUpdate: false }])
    expect(textOf(await world.outputsOf(run, 'c2'))).toBe('end\n')
  })

  it('drawn anew again and again leaves little behind in the database', async () => {
    const notebook = await world.addNotebook()
    const picture = 'display({"image/png": "x" * 200_000 + str(i), "text/plain": "p"}, raw=True'
    await world.run(notebook, `from IPython.display import clear_output\nimport time\nfor i in range(60):\n    clear_output(wait=True)\n    ${picture})\n    time.sleep(.025)`)
    const { run, outputs } = await world.run(notebook, `${picture.replace('str(i)', "''")}, display_id="it")\nimport time\nfor i in range(60):\n    ${picture}, display_id="it", update=True)\n    time.sleep(.025)`)
    expect(outputs).toMatchObject([{ kind: 'display', data: { 'image/png': expect.stringMatching(/x59$/) as string } }])
    const rows = await world.db.select({ output: outputRows.output, runId: outputRows.runId }).from(outputRows).where(eq(outputRows.notebookId, notebook))
    expect(rows.length).toBeGreaterThan(20)
    expect(JSON.stringify(rows.filter((row) => row.runId !== run.id)).length).toBeLessThan(300_000)
    expect(JSON.stringify(rows.filter((row) => row.runId === run.id)).length).toBeLessThan(500_000)
  }, 60_000)

  it('keeps the size that a picture was given', async () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAHCAYAAADAp4fuAAAADklEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, `import base64\nfrom IPython.display import Image\nImage(base64.b64decode("${png}"), width=50)`)
    expect(outputs).toMatchObject([{ kind: 'display', size: { width: 50 } }])
  })
})

describe('a table', () => {
  const meddled = (how: string): string => `import deltalake, pandas as pd, pyarrow as pa
write, calls = deltalake.write_deltalake, []
def meddled(url, table, **more):
    calls.append(url)
    if len(calls) == 1: ${how}
    return write(url, table, **more)
deltalake.write_deltalake = meddled
pd.DataFrame({"n": [7], "l": [[1, 2]]})`

  it.each([
    ['whose types cannot be written is kept with its nested values as text', 'raise ValueError("no such type")', [['7', '[1, 2]']]],
    ['whose place is taken is kept beside it', 'write(url, pa.table({"other": [1]}), **more)', [['7', ['1', '2']]]],
  ])('%s, and its rows are shown', async (_what, how, rows) => {
    const { run, outputs } = await world.run(await world.addNotebook(), meddled(how))
    expect([run.state, outputs]).toMatchObject(['succeeded', [{ kind: 'result', rows: 1, truncated: false }]])
    const [row] = await world.db.select().from(results).where(eq(results.runId, run.id))
    expect(row?.path).toMatch(/\/c1\/0-[0-9a-f]{6}$/)
    const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789', DATAHARBOUR_DATA: world.dataDir })
    const reader = createReader({ config, log: world.deps.log, objects: createMinioObjects(S3) })
    try {
      expect(await reader.page(row!, { offset: 0, limit: 10, sort: [], filter: [] })).toMatchObject({ ok: true, value: { rows, total: 1 } })
    } finally {
      await reader.close()
    }
  })
})

describe('an error', () => {
  it('leads to the line of the cell that made the function', async () => {
    const notebook = await world.addNotebook('def part(a, b):\n    return a / b', 'x = 1\npart(x, 0)')
    const run = await world.ended((await world.request(notebook)).id)
    const [link] = traceOf(await world.outputsOf(run, 'c2'))
    expect(link).toMatchObject({ name: 'ZeroDivisionError', message: 'division by zero', relation: null })
    expect(link?.frames.map(({ cellId, line, function: name, isOwn }) => [cellId, line, name, isOwn])).toEqual([['c2', 2, null, true], ['c1', 2, 'part', true]])
    expect(link?.frames[1]).toMatchObject({ mark: [11, 16] })
    expect(link?.frames[1]?.code).toContainEqual([2, '    return a / b'])
  })

  it('tells of its causes, and of library frames', async () => {
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, 'import json\ntry:\n    json.loads("{x")\nexcept ValueError as e:\n    raise RuntimeError("no plan") from e')
    const trace = traceOf(outputs)
    expect(trace.map(({ name, relation }) => [name, relation])).toEqual([['RuntimeError', null], ['JSONDecodeError', 'cause']])
    expect(trace[1]?.frames.at(-1)).toMatchObject({ isOwn: false, file: expect.stringContaining('json/decoder.py') as string })
    expect(trace[1]?.frames[0]).toMatchObject({ isOwn: true, line: 3 })
  })

  it('in a text that cannot be read marks the column', async () => {
    const notebook = await world.addNotebook()
    const { outputs, run } = await world.run(notebook, 'y = 1\nx = = 1')
    expect(run.reason).toBe('SyntaxError: invalid syntax (line 2)')
    expect(traceOf(outputs)).toMatchObject([{ name: 'SyntaxError', message: 'invalid syntax', frames: [{ cellId: 'c1', line: 2, mark: [4, 5], code: [[1, 'y = 1'], [2, 'x = = 1']] }] }])
  })

  it('three thousand frames deep is quick, counted, and keeps its last frame', async () => {
    const notebook = await world.addNotebook()
    const begun = performance.now()
    const { outputs } = await world.run(notebook, 'import sys\nsys.setrecursionlimit(4000)\ndef down(n):\n    return down(n - 1) if n else 1 / 0\ndown(3000)')
    expect(performance.now() - begun).toBeLessThan(10_000)
    const [link] = traceOf(outputs)
    expect(link).toMatchObject({ name: 'ZeroDivisionError' })
    expect(link?.frames.at(-1)).toMatchObject({ isOwn: true, line: 4, function: 'down', repeats: 3000 })
  })

  it('whose own text fails is shown all the same', async () => {
    const notebook = await world.addNotebook()
    const { outputs, run } = await world.run(notebook, 'class Sulky(Exception):\n    def __str__(self): raise KeyError("no")\nraise Sulky()')
    expect(run.state).toBe('failed')
    expect(errorOf(outputs)).toMatchObject({ name: 'Sulky', message: '(its text could not be made: KeyError)' })
  })

  it('that is a group shows its members', async () => {
    const notebook = await world.addNotebook()
    const { outputs } = await world.run(notebook, 'raise ExceptionGroup("two things", [ValueError("a"), TypeError("b")])')
    expect(traceOf(outputs).map(({ name, relation, depth }) => [name, relation, depth])).toEqual([['ExceptionGroup', null, 0], ['ValueError', 'member', 1], ['TypeError', 'member', 1]])
    expect(textOf(outputs, 'stderr')).toBe('')
  })

  it('says at once that a cell cannot wait for typing', async () => {
    const notebook = await world.addNotebook()
    for (const code of ['name = input("Who? ")', 'import getpass\ngetpass.getpass()']) {
      const { run, outputs } = await world.run(notebook, code)
      expect(run.state).toBe('failed')
      expect(errorOf(outputs)).toMatchObject({ name: 'InputNotPossible', message: expect.stringContaining('A cell cannot wait') as string })
    }
  })
})

describe('B11: a cell that meddles', () => {
  const next = async (notebook: Awaited<ReturnType<RunWorld['addNotebook']>>) => (await world.run(notebook, 'print("still here")')).outputs

  it('with its own stdout forges nothing: raw bytes are text of its run', async () => {
    const notebook = await world.addNotebook()
    const forged = '{"msg_type":"error","parent_header":{"msg_id":"x"},"content":{"ename":"Forged"}}'
    const { run, outputs } = await world.run(notebook, `import os\nos.write(1, b'''<IDS|MSG>${forged}\\n''')\nimport time; time.sleep(.3)\nprint("mine")`)
    expect(run.state).toBe('succeeded')
    expect(outputs.map((output) => output.kind)).toEqual(['stream'])
    expect(textOf(outputs)).toContain('Forged')
    expect(textOf(await next(notebook))).toBe('still here\n')
  })

  it('by deleting its folder and breaking json and its own stdout fails alone, and a kernel that closed its files can be stopped', async () => {
    const notebook = await world.addNotebook()
    const broken = await world.run(notebook, 'import os, shutil, json, sys\nshutil.rmtree(os.getcwd(), ignore_errors=True)\njson.dumps = None\nsys.stdout.write = lambda text: 7\nprint("lost")')
    expect(broken.run.state).toBe('succeeded')
    world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: 'import os\nfor fd in range(3, 200):\n    try: os.close(fd)\n    except OSError: pass' }])
    const mute = await world.request(notebook)
    await until(async () => !['queued', 'starting'].includes((await world.read(mute.id)).state))
    await cancelRun(world.deps, world.person, { runId: mute.id })
    expect(['cancelled', 'failed']).toContain((await world.ended(mute.id)).state)
    expect(textOf(await next(notebook))).toBe('still here\n')
    expect(textOf(await next(await world.addNotebook()))).toBe('still here\n')
  }, 60_000)

  it('by leaving says which end it came to, and its output stays', async () => {
    const notebook = await world.addNotebook()
    const { run, outputs } = await world.run(notebook, 'import os, time\nprint("before", flush=True)\ntime.sleep(.2)\nos._exit(3)')
    expect(run.state).toBe('failed')
    expect(textOf(outputs)).toBe('before\n')
    expect(errorOf(outputs)).toMatchObject({ name: 'KernelDied' })
    expect(textOf(await next(notebook))).toBe('still here\n')
  })

  it('with a forged trace in its error shows only what a trace may hold', async () => {
    const notebook = await world.addNotebook()
    const code = 'ip = get_ipython()\ndh = ip.displayhook\ndh.session.send(dh.pub_socket, "error", {"ename": "E", "evalue": "m", "traceback": []}, dh.parent_header, metadata={"dataharbour": {"trace": [{"name": 5, "frames": [{"cell": "../x", "line": "1", "code": [["a", {}]], "mark": [9, 1]}]}, 7]}})'
    const { outputs } = await world.run(notebook, code)
    expect(traceOf(outputs)).toEqual([
      { name: '', message: '', relation: null, depth: 0, notes: [], frames: [{ cellId: null, isOwn: false, file: '', line: 0, function: null, code: [[0, '']], mark: null, repeats: 0, skipped: 0 }] },
      { name: '', message: '', relation: null, depth: 0, notes: [], frames: [] },
    ])
  })
})

it('keeps the order of both streams, pictures and errors', async () => {
  const notebook = await world.addNotebook()
  const { outputs } = await world.run(notebook, 'import sys\nprint("a")\nprint("b", file=sys.stderr)\ndisplay("c")\nprint("d")\nraise SystemError("e")')
  expect(outputs.map((output) => (output.kind === 'stream' ? output.text.trim() : output.kind))).toEqual(['a', 'b', 'display', 'd', 'error'])
})

