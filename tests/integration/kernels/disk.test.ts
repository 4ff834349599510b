/** B10: a cell that fills the disk. Beside it a second notebook that must not notice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import { createRunWorld, textOf, type RunWorld } from '../../support/run-world.ts'

const LIMIT_MB = 40
/** Written by itself at most, so that a limit that fails does no harm to the machine. */
const MOST_MB = 400

let world: RunWorld
let neighbour: NotebookId
beforeAll(async () => {
  world = await createRunWorld({ SPARK_REMOTE: 'sc://127.0.0.1:1', KERNEL_DISK: `${LIMIT_MB}m` })
  await world.startWorker()
  neighbour = await world.addNotebook('1')
  await world.run(neighbour, 'kept = 7')
}, 60_000)
afterAll(() => world.close(), 60_000)

const write = (open: string) => `import os, tempfile, time\nfor part in range(${MOST_MB / 10}):\n    with ${open} as file: file.write(os.urandom(10_000_000))\n    time.sleep(.2)`

describe('B10: a cell that writes files without end', () => {
  it('in its folder, in the temporary folder, or in one elsewhere that is removed and open: is ended, and says how much there was; the neighbour keeps its variables', async () => {
    await Promise.all([
      write('open(f"part-{part}", "wb")'),
      write('tempfile.NamedTemporaryFile("wb", delete=False)'),
      'import os, time\nfile = open(f"/tmp/dh-disk-{os.getpid()}", "wb")\nos.unlink(file.name)\nfor part in range(40):\n    file.write(os.urandom(10_000_000)); file.flush(); time.sleep(.2)',
    ].map(async (source) => {
      const { run, outputs } = await world.run(await world.addNotebook('1'), source)
      expect(run.state, source).toBe('failed')
      expect(outputs.find((output) => output.kind === 'error')).toMatchObject({ name: 'KernelDied', message: expect.stringMatching(new RegExp(`^The notebook’s files came to \\d+ MB, of ${LIMIT_MB} MB`)) as string })
    }))
    expect(textOf((await world.run(neighbour, 'print(kept)')).outputs)).toBe('7\n')
  }, 60_000)

  it('may look at what is there and remove it, with as much there as before', async () => {
    const notebook = await world.addNotebook('1')
    expect((await world.run(notebook, write('open(f"part-{part}", "wb")'))).run.state).toBe('failed')
    const { run, outputs } = await world.run(notebook, 'import os, time\ntime.sleep(3.3)\nparts = [name for name in os.listdir() if name.startswith("part-")]\nprint(len(parts) >= 4)\nfor name in parts: os.remove(name)')
    expect([run.state, textOf(outputs)]).toEqual(['succeeded', 'True\n'])
    expect((await world.run(notebook, 'open("small", "wb").write(bytes(20_000_000))\ntime = __import__("time").sleep(3.3)')).run.state).toBe('succeeded')
  }, 60_000)
})
