/**
 * Kernels in memory, for tests of what uses the port: they keep the same promises as real ones (one contract suite
 * runs against both) over a toy language: `print(…)`, `name = …`, `raise Name("text")`, `loop()` that only an interrupt
 * ends, `exit(code)` that ends the process, and a name or a text as the last line's value. A look at `trap` hangs.
 */
import type { Answer, Askable } from './read-answer.ts'
import { KernelEnded, type ExecuteReply, type Kernel, type KernelEnd, type KernelMessage, type KernelRecord, type Kernels } from './kernels.ts'

interface Process {
  pid: number
  names: Map<string, string>
  count: number
  underWay: number
  isEnded: boolean
  end: (end: KernelEnd) => void
  ended: Promise<KernelEnd>
  /** Set while a cell loops. */
  interrupt: (() => void) | null
}

export function createMemoryKernels(): Kernels & { kill: (record: KernelRecord) => void } {
  const processes = new Map<number, Process>()
  let nextPid = 1_000_000
  const open = (process: Process): Kernel => kernelOf(process, { pid: process.pid, pidStarted: String(process.pid), connectionPath: `memory:${process.pid}` })
  return {
    async start(_launch, onProcess) {
      const { promise, resolve } = Promise.withResolvers<KernelEnd>()
      const process: Process = { pid: (nextPid += 1), names: new Map(), count: 0, underWay: 0, isEnded: false, ended: promise, end: () => {}, interrupt: null }
      process.end = (end) => {
        process.isEnded = true
        resolve(end)
      }
      processes.set(process.pid, process)
      const kernel = open(process)
      onProcess?.(kernel.record)
      return kernel
    },
    async attach(record) {
      const process = processes.get(record.pid)
      if (process === undefined || process.isEnded || record.pidStarted !== String(process.pid)) return null
      process.interrupt?.()
      return open(process)
    },
    kill: ({ pid }) => processes.get(pid)?.end({ code: null, signal: 'SIGKILL', cause: null }),
  }
}

function kernelOf(process: Process, record: KernelRecord): Kernel {
  const letGo = Promise.withResolvers<null>()
  return {
    record,
    ended: process.ended,
    async execute({ code }, onMessage) {
      process.underWay += 1
      try {
        return await Promise.race([execute(process, code, onMessage), letGo.promise, process.ended.then((end) => Promise.reject(new KernelEnded(end)))])
      } finally {
        process.underWay -= 1
      }
    },
    ask: async (question, withinMs) => (process.underWay > 0 || process.isEnded ? null : ask(process, question, withinMs)),
    kill: (cause) => process.end({ code: null, signal: 'SIGKILL', cause }),
    interrupt: () => queueMicrotask(() => queueMicrotask(() => process.interrupt?.())),
    stop: async () => process.end({ code: 0, signal: null, cause: null }),
    detach: () => void (process.isEnded || letGo.resolve(null)),
  }
}

async function ask({ names }: Process, question: Askable, withinMs: number): Promise<Answer | null> {
  switch (question.kind) {
    case 'complete': {
      const start = question.code.slice(0, question.cursor).search(/\w*$/)
      const typed = question.code.slice(start, question.cursor)
      return { start, end: question.cursor, items: [...names.keys()].filter((name) => name.startsWith(typed)).map((text) => ({ text, type: 'instance', signature: '' })) }
    }
    case 'inspect': return new Promise((resolve) => setTimeout(() => resolve(null), question.code === 'trap' ? withinMs : 0))
    case 'variables': return { variables: [...names].map(([name, value]) => ({ name, type: 'int', shape: null, bytes: 28, preview: value })), isCut: false }
    case 'catalog': return { tables: [], isComplete: true }
  }
}

async function execute(process: Process, code: string, onMessage: (message: KernelMessage) => void | Promise<void>): Promise<ExecuteReply> {
  process.count += 1
  const executionCount = process.count
  const fail = async (name: string, message: string): Promise<ExecuteReply> => {
    await onMessage({ kind: 'error', name, message, traceback: [`${name}: ${message}`] })
    return { isOk: false, executionCount }
  }
  for (const line of code.split('\n').map((text) => text.trim()).filter((text) => text !== '')) {
    await Promise.resolve()
    const [, printed] = /^print\((.*)\)$/.exec(line) ?? []
    const [, name, value] = /^(\w+) = (.*)$/.exec(line) ?? []
    const [, error, message] = /^raise (\w+)\("(.*)"\)$/.exec(line) ?? []
    const [, exitCode] = /^exit\((\d+)\)$/.exec(line) ?? []
    if (printed !== undefined || (name === undefined && error === undefined && exitCode === undefined && line !== 'loop()')) {
      const shown = valueOf(process, printed ?? line)
      if (shown === null) return fail('NameError', `name '${printed ?? line}' is not defined`)
      await onMessage(printed === undefined ? { kind: 'display', data: { 'text/plain': shown }, displayId: null, isUpdate: false } : { kind: 'stream', name: 'stdout', text: `${shown}\n` })
    } else if (name !== undefined) process.names.set(name, valueOf(process, value!) ?? '')
    else if (error !== undefined) return fail(error, message!)
    else if (exitCode !== undefined) return exit(process, Number(exitCode))
    else if (await loop(process)) return fail('KeyboardInterrupt', '')
  }
  return { isOk: true, executionCount }
}

/** A process that is gone never replies. */
function exit(process: Process, code: number): Promise<never> {
  process.end({ code, signal: null, cause: null })
  return new Promise(() => {})
}

function loop(process: Process): Promise<true> {
  return new Promise((resolve) => {
    process.interrupt = () => {
      process.interrupt = null
      resolve(true)
    }
  })
}

function valueOf(process: Process, text: string): string | null {
  const literal = /^"(.*)"$|^(\d+)$/.exec(text)
  return literal === null ? (process.names.get(text) ?? null) : (literal[1] ?? literal[2] ?? '')
}
