/** The promises of the kernels port, kept by stock ipykernel, started or from the pool, and by the in-memory twin alike. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { KernelId } from '#lib/domain/ids.ts'
import { createIPythonKernels } from '#workers/kernels/ipython-kernels.ts'
import { createKernelPool } from '#workers/kernels/kernel-pool.ts'
import { pythonEnv } from '#workers/kernels/kernel-env.ts'
import { KernelEnded, KernelStartFailed, type Kernel, type KernelMessage, type KernelRecord, type Kernels } from '#workers/kernels/kernels.ts'
import { createMemoryKernels } from '#workers/kernels/memory-kernels.ts'
import { socketFolder } from '#workers/kernels/socket-folder.ts'
import { createLog } from '#server/log.ts'

/** The same thing said in each kernel's language. */
interface Language { flood: string; loop: string; exit: (code: number) => string; raise: string; trap: string }
const TRAP = 'class Trap:\n  def __repr__(self):\n    while True: pass\ntrap = Trap()'
const DONE = 'flood-is-over'
const FLOOD = `for i in range(40_000): print(f"{i:06d}" + "x" * 993)\nopen("${DONE}", "w").close()`
const PYTHON: Language = { flood: FLOOD, trap: TRAP, loop: 'while True: pass', exit: (code) => `import os; os._exit(${code})`, raise: 'raise ValueError("too deep")' }
const TOY: Language = { flood: Array.from({ length: 40 }, (_, i) => `print("${i}")`).join('\n'), trap: 'trap = 1', loop: 'loop()', exit: (code) => `exit(${code})`, raise: 'raise ValueError("too deep")' }

const folder = mkdtempSync(join(tmpdir(), 'dhk-'))
const python = process.env.PYTHON ?? 'python3'
const ipython = (): Kernels => createIPythonKernels({ python, socketFolder: socketFolder(folder), logFolder: join(folder, 'logs'), extensions: ['dataharbour.kernel'] })
const env = pythonEnv({ python } as Parameters<typeof pythonEnv>[0], join(folder, 'home'))
const log = createLog({ log: { level: 'silent', format: 'json' } } as Parameters<typeof createLog>[0], 'test')
const pool = createKernelPool({ size: 1, python, env, folder: join(folder, 'pool'), socketFolder: socketFolder(folder), logFolder: join(folder, 'logs'), log }, {
  start: () => Promise.reject(new Error('The pool gave nothing out.')), attach: (record) => ipython().attach(record),
})
beforeAll(() => vi.waitUntil(() => pool.waiting() === 1, { timeout: 30_000 }), 40_000)
afterAll(() => {
  pool.close()
  rmSync(folder, { recursive: true, force: true })
})

const twins: [string, () => Kernels & { kill?: (record: KernelRecord) => void }, Language][] = [
  ['ipykernel', ipython, PYTHON],
  ['ipykernel from the pool', () => pool, PYTHON],
  ['in memory', createMemoryKernels, TOY],
]

describe.each(twins)('kernels: %s', (_name, create, language) => {
  const kernels = create()
  const started: Kernel[] = []
  const start = async () => {
    const kernel = await kernels.start({ id: randomUUID() as KernelId, env, folder: join(folder, 'home') })
    started.push(kernel)
    return kernel
  }
  const run = async (kernel: Kernel, code: string) => {
    const messages: KernelMessage[] = []
    const reply = await kernel.execute({ code, metadata: {} }, (message) => void messages.push(message))
    if (reply === null) throw new Error('The kernel was let go of.')
    return { reply, messages, text: messages.map((message) => (message.kind === 'stream' ? message.text : '')).join('') }
  }
  afterEach(async () => {
    await Promise.all(started.splice(0).map((kernel) => kernel.stop()))
  })

  it('runs code, counts it and keeps its variables', async () => {
    const kernel = await start()
    expect((await run(kernel, 'x = 7')).reply).toEqual({ isOk: true, executionCount: 1 })
    const { reply, text } = await run(kernel, 'print(x)')
    expect(reply).toEqual({ isOk: true, executionCount: 2 })
    expect(text).toBe('7\n')
  })

  it('gives the value of the last line as a display', async () => {
    const { messages } = await run(await start(), 'x = 7\nx')
    expect(messages).toEqual([{ kind: 'display', data: { 'text/plain': '7' }, displayId: null, isUpdate: false }])
  })

  it('gives an error as a message and goes on', async () => {
    const kernel = await start()
    const { reply, messages } = await run(kernel, language.raise)
    expect(reply.isOk).toBe(false)
    expect(messages).toMatchObject([{ kind: 'error', name: 'ValueError', message: 'too deep' }])
    expect((await run(kernel, 'print("on")')).text).toBe('on\n')
  })

  it('KERNEL1: gives each request its own messages', async () => {
    const kernel = await start()
    const [a, b] = await Promise.all([run(kernel, 'print("a")'), run(kernel, 'print("b")')])
    expect([a.text, b.text]).toEqual(['a\n', 'b\n'])
  })

  it('KERNEL2: ends a request and tells when the process ends', async () => {
    const kernel = await start()
    const ended = await run(kernel, language.exit(3)).catch((error: unknown) => error)
    expect(ended).toBeInstanceOf(KernelEnded)
    expect(await kernel.ended).toEqual({ code: 3, signal: null, cause: null })
    expect((ended as KernelEnded).message).toContain('exit code 3')
  })

  it('KERNEL2: names the signal that killed it', async () => {
    const kernel = await start()
    const request = run(kernel, language.loop).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 200))
    if ('kill' in kernels) (kernels as ReturnType<typeof createMemoryKernels>).kill(kernel.record)
    else process.kill(kernel.record.pid, 'SIGKILL')
    expect(((await request) as KernelEnded).end).toEqual({ code: null, signal: 'SIGKILL', cause: null })
  })

  it('KERNEL2: tells the end also to a request of a kernel that is let go of because it ended', async () => {
    const kernel = await start()
    void kernel.ended.then(() => kernel.detach())
    expect(await run(kernel, language.exit(3)).catch((error: unknown) => error)).toBeInstanceOf(KernelEnded)
  })

  it('KERNEL8, B8: waits for a reader that has no room, and loses nothing of what it shows', async () => {
    const kernel = await start()
    rmSync(join(folder, 'home', DONE), { force: true })
    const { promise: room, resolve: makeRoom } = Promise.withResolvers<void>()
    const texts: string[] = []
    const request = kernel.execute({ code: language.flood, metadata: {} }, (message) => {
      if (message.kind === 'stream') texts.push(message.text)
      return room
    })
    await vi.waitUntil(() => texts.length > 0, { timeout: 10_000 })
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect([texts.length, existsSync(join(folder, 'home', DONE))]).toEqual([1, false])
    makeRoom()
    expect((await request)?.isOk).toBe(true)
    const lines = texts.join('').trimEnd().split('\n')
    expect(lines.length).toBe(language === TOY ? 40 : 40_000)
    expect(lines.every((line, index) => Number.parseInt(line, 10) === index)).toBe(true)
  })

  it('KERNEL3: stops a loop and keeps the variables', async () => {
    const kernel = await start()
    await run(kernel, 'x = 7')
    const request = run(kernel, language.loop)
    await new Promise((resolve) => setTimeout(resolve, 300))
    kernel.interrupt()
    const { reply, messages } = await request
    expect(reply.isOk).toBe(false)
    expect(messages).toMatchObject([{ kind: 'error', name: 'KeyboardInterrupt' }])
    expect((await run(kernel, 'print(x)')).text).toBe('7\n')
  })

  it('KERNEL3: stops a request that has only just left', async () => {
    const kernel = await start()
    for (let round = 0; round < 5; round += 1) {
      const request = run(kernel, language.loop)
      kernel.interrupt()
      expect((await request).reply.isOk).toBe(false)
    }
    expect((await run(kernel, 'print("on")')).text).toBe('on\n')
  })

  const complete = (code: string) => ({ kind: 'complete' as const, code, cursor: code.length })

  it('KERNEL5: completes a name and lists the variables while at rest, and leaves no trace', async () => {
    const kernel = await start()
    await run(kernel, 'harbour = 7')
    expect(await kernel.ask(complete('x = harb'), 2000)).toMatchObject({ start: 4, end: 8, items: [{ text: 'harbour' }] })
    expect(await kernel.ask({ kind: 'variables' }, 2000)).toMatchObject({ variables: [{ name: 'harbour', type: 'int', preview: '7' }], isCut: false })
    expect(await kernel.ask({ kind: 'catalog' }, 2000)).toEqual({ tables: [], isComplete: true })
    expect((await run(kernel, 'print(harbour)')).reply).toEqual({ isOk: true, executionCount: 2 })
  })

  it('KERNEL5: says nothing at once while it works, and answers again after it', async () => {
    const kernel = await start()
    await run(kernel, 'harbour = 7')
    const request = run(kernel, language.loop)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const begun = performance.now()
    expect(await kernel.ask(complete('harb'), 5000)).toBeNull()
    expect(performance.now() - begun).toBeLessThan(100)
    kernel.interrupt()
    await request
    expect(await kernel.ask(complete('harb'), 2000)).toMatchObject({ items: [{ text: 'harbour' }] })
  })

  it('KERNEL5: stops an object that hangs when it is looked at, and the next cell runs', async () => {
    const kernel = await start()
    await run(kernel, language.trap)
    expect(await kernel.ask({ kind: 'inspect', code: 'trap', cursor: 4 }, 300)).toBeNull()
    expect((await run(kernel, 'print("on")')).text).toBe('on\n')
  })

  it('KERNEL6: is ended with its cause', async () => {
    const kernel = await start()
    const request = run(kernel, language.loop).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const cause = { kind: 'memory' as const, peakBytes: 2_126_008_812, limitBytes: 2 ** 31 }
    kernel.kill(cause)
    expect(((await request) as KernelEnded).message).toMatch(/^The kernel ran out of memory: peak 1\.98 GB of 2 GB\b/)
    expect(await kernel.ended).toEqual({ code: null, signal: 'SIGKILL', cause })
  })

  it('KERNEL7: ends what waits for it with null when it is let go of, then and later', async () => {
    const kernel = await start()
    const request = kernel.execute({ code: language.loop, metadata: {} }, () => {})
    await new Promise((resolve) => setTimeout(resolve, 200))
    kernel.detach()
    expect(await request).toBeNull()
    expect(await kernel.execute({ code: 'x = 1', metadata: {} }, () => {})).toBeNull()
    const again = await kernels.attach(kernel.record)
    expect((await run(again!, 'print("on")')).text).toBe('on\n')
    await again!.stop()
  })

  it('finds a kernel again by its record, with its variables', async () => {
    const kernel = await start()
    await run(kernel, 'x = 7')
    kernel.detach()
    const again = await kernels.attach(kernel.record)
    expect((await run(again!, 'print(x)')).text).toBe('7\n')
    await again!.stop()
  })

  it('KERNEL2: tells its end also when one that was found again is stopped', async () => {
    const kernel = await start()
    kernel.detach()
    const again = await kernels.attach(kernel.record)
    await again!.stop()
    expect(await Promise.race([again!.ended.then(() => 'told'), new Promise((resolve) => setTimeout(resolve, 5_000, 'silent'))])).toBe('told')
  })

  it('KERNEL4: brings a kernel to rest that works for a worker that is gone', async () => {
    const kernel = await start()
    await run(kernel, 'x = 7')
    void run(kernel, language.loop).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 300))
    const again = await kernels.attach(kernel.record)
    expect((await run(again!, 'print(x)')).text).toBe('7\n')
    await again!.stop()
  })

  it('KERNEL4: gives null for a process that is gone or is another', async () => {
    const kernel = await start()
    expect(await kernels.attach({ ...kernel.record, pidStarted: '1' })).toBeNull()
    await kernel.stop()
    expect(await kernels.attach(kernel.record)).toBeNull()
  })
})

describe('ipykernel processes', () => {
  it('S27: talk over sockets that no other user can reach, with a key that no other user can read', async () => {
    const kernel = await ipython().start({ id: randomUUID() as KernelId, env, folder: join(folder, 'home') })
    expect(statSync(socketFolder(folder)).mode & 0o777).toBe(0o700)
    expect(statSync(kernel.record.connectionPath).mode & 0o777).toBe(0o600)
    await kernel.stop()
  })

  it('S26: get nothing of our environment', async () => {
    const kernel = await ipython().start({ id: randomUUID() as KernelId, env: { ...env, OURS: 'given' }, folder: join(folder, 'home') })
    let text = ''
    await kernel.execute({ code: 'import os; print(os.environ.get("OURS"), os.environ.get("PWD"), os.environ.get("DATABASE_URL"), len(os.environ) < 20)', metadata: {} }, (message) => {
      if (message.kind === 'stream') text += message.text
    })
    expect(text).toMatch(/^given \S+ None True\n$/)
    await kernel.stop()
  })

  it('say in a sentence that they could not be started', async () => {
    const kernels = createIPythonKernels({ python: '/nowhere/python', socketFolder: socketFolder(folder), logFolder: join(folder, 'logs'), extensions: [] })
    const failed = await kernels.start({ id: randomUUID() as KernelId, env, folder: join(folder, 'home') }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(KernelStartFailed)
    expect((failed as KernelStartFailed).detail).toContain('ENOENT')
  })

  it('have their sockets in a short place when the data folder is deep', () => {
    const deep = join(folder, 'd'.repeat(60), 'e'.repeat(60))
    expect(socketFolder(deep).length).toBeLessThan(60)
  })
})
