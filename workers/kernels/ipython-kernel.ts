/**
 * A kernel process spoken to by Jupyter's protocol. A request is over when the kernel has replied *and* said on iopub
 * that it is idle: the last output comes before that. Only messages whose parent is the request count, so a thread that
 * an earlier cell left behind cannot print into a later one.
 */
import { endProcess, isGoneWithin, signalGroup } from '../processes/end-process.ts'
import { watchProcess, type Parent, type ProcessEnd } from '../processes/watch-process.ts'
import { openChannels } from './channels.ts'
import { removeConnection, type Connection } from './connection-file.ts'
import type { KernelEndCause } from '#lib/domain/kernel.ts'
import { KernelEnded, type ExecuteReply, type ExecuteRequest, type Kernel, type KernelMessage, type KernelRecord } from './kernels.ts'
import { readAnswer, requestOf, type Answer } from './read-answer.ts'
import { readMessage } from './read-message.ts'
import type { WireMessage } from './wire.ts'

/** After the reply the idle message follows at once; without it for this long, it was lost. */
const IDLE_WITHIN_MS = 2000
const ASK_AGAIN_MS = 60
const STOP_GRACE_MS = 1000
const TERM_GRACE_MS = 2000

interface Pending {
  onMessage: (message: KernelMessage) => void | Promise<void>
  /** The kernel has said that it executes this now. */
  hasBegun: boolean
  reply: ExecuteReply | null
  isIdle: boolean
  resolve: (reply: ExecuteReply) => void
  giveUp: ReturnType<typeof setTimeout> | null
}

export type ExplainEnd = (record: KernelRecord, end: ProcessEnd) => KernelEndCause | null

export interface IPythonKernel extends Kernel {
  /** Resolves true when the kernel answers and its output reaches us; false when it stays busy. */
  answers(withinMs: number): Promise<boolean>
}

export function openKernel(record: KernelRecord, connection: Connection, child: Parent | null, explainEnd: ExplainEnd = () => null): IPythonKernel {
  const channels = openChannels(connection)
  const watch = watchProcess(record, child)
  const pending = new Map<string, Pending>()
  let isInterruptWanted = false
  const sentinels = new Map<string, string[]>()
  const probes = new Set<(message: WireMessage) => void>()
  let asked: Promise<unknown> = Promise.resolve()
  let cause: KernelEndCause | null = null
  const letGo = Promise.withResolvers<null>()
  const ended = watch.ended.then((end) => ({ ...end, cause: cause ?? explainEnd(record, end) }))
  let isEnded = false
  void ended.then(() => (isEnded = true))

  channels.onReply = (message) => {
    probes.forEach((probe) => probe(message))
    if (message.type === 'kernel_info_reply') passSentinel(message)
    const request = pending.get(message.parentId)
    if (request === undefined || message.type !== 'execute_reply') return
    const count = message.content.execution_count
    request.reply = { isOk: message.content.status === 'ok', executionCount: typeof count === 'number' ? count : null }
    settle(message.parentId, request)
  }
  channels.onShown = (message) => {
    probes.forEach((probe) => probe(message))
    const request = pending.get(message.parentId)
    if (request === undefined) return undefined
    if (message.type === 'execute_input') begin(request)
    if (message.type === 'status' && message.content.execution_state === 'idle') request.isIdle = true
    const shown = readMessage(message)
    const taking = shown === null ? undefined : request.onMessage(shown)
    settle(message.parentId, request)
    return taking
  }

  function begin(request: Pending): void {
    request.hasBegun = true
    if (isInterruptWanted) interrupt()
  }

  /** A kernel ignores the signal until it executes: for a request that is on its way, the signal waits. */
  function interrupt(): void {
    isInterruptWanted = [...pending.values()].some((request) => !request.hasBegun)
    if (isInterruptWanted) return
    signalGroup(record.pid, 'SIGINT')
    if (pending.size > 0) sentinels.set(channels.send('shell', 'kernel_info_request', {}), [...pending.keys()])
  }

  /**
   * An interrupt that strikes the kernel outside of the cell’s own code ends the request without a reply. Requests
   * are answered in their order, so when the one sent behind it is answered, it is over.
   */
  function passSentinel(message: WireMessage): void {
    for (const id of sentinels.get(message.parentId) ?? []) {
      const request = pending.get(id)
      if (request === undefined || request.reply !== null) continue
      void request.onMessage({ kind: 'error', name: 'KeyboardInterrupt', message: '', traceback: ['KeyboardInterrupt'] })
      pending.delete(id)
      request.resolve({ isOk: false, executionCount: null })
    }
    sentinels.delete(message.parentId)
  }

  /**
   * A property of an object may hang, and with it the person's next cell. What takes too long is interrupted, but only
   * while the kernel says that it is at this very question: the signal would strike a cell otherwise.
   */
  function askNow(question: Parameters<Kernel['ask']>[0], withinMs: number): Promise<Answer | null> {
    return new Promise((resolve) => {
      const { type, content } = requestOf(question)
      const id = channels.send('shell', type, content)
      let isAtIt = false
      let late: ReturnType<typeof setTimeout> | null = null
      const finish = (answer: Answer | null) => {
        if (late !== null) clearTimeout(late)
        probes.delete(probe)
        resolve(answer)
      }
      const probe = ({ parentId, type: kind, content: said }: WireMessage) => {
        if (parentId !== id) return
        if (kind === 'status') isAtIt = said.execution_state === 'busy'
        if (kind === type.replace('_request', '_reply')) finish(readAnswer(question, said))
      }
      probes.add(probe)
      late = setTimeout(() => {
        if (isAtIt) signalGroup(record.pid, 'SIGINT')
        finish(null)
      }, withinMs)
      void watch.ended.then(() => finish(null))
    })
  }

  function settle(id: string, request: Pending): void {
    // The reply leaves before the idle message; where none comes, the kernel failed over it, and the cell is over.
    const reply = request.reply ?? (request.isIdle ? { isOk: false, executionCount: null } : null)
    if (reply === null) return
    if (request.giveUp !== null) clearTimeout(request.giveUp)
    const finish = () => {
      pending.delete(id)
      request.resolve(reply)
    }
    if (request.isIdle && request.reply !== null) finish()
    else request.giveUp = setTimeout(() => giveUp(request, finish), IDLE_WITHIN_MS)
  }

  /** While what it put out is still being taken, the idle message may be behind that. */
  function giveUp(request: Pending, finish: () => void): void {
    const missing = IDLE_WITHIN_MS - channels.quietFor()
    if (missing <= 0) finish()
    else request.giveUp = setTimeout(() => giveUp(request, finish), missing)
  }

  const kernel: IPythonKernel = {
    record,
    ended,
    execute({ code, metadata, isOurs = false }: ExecuteRequest, onMessage) {
      const finished = new Promise<ExecuteReply>((resolve) => {
        // After an error the kernel would refuse what comes next for a moment: the next run's cell, which has nothing to do with it.
        const content = { code, silent: false, store_history: !isOurs, user_expressions: {}, allow_stdin: false, stop_on_error: false }
        const id = channels.send('shell', 'execute_request', content, metadata)
        pending.set(id, { onMessage, hasBegun: false, reply: null, isIdle: false, resolve, giveUp: null })
      })
      // What it printed before its end may be behind the news of it.
      const died = ended.then(async (end) => {
        await channels.drained()
        throw new KernelEnded(end)
      })
      return Promise.race([finished, letGo.promise, died])
    },
    ask(question, withinMs) {
      // One at a time: what a person types asks for more than is still wanted when its turn comes.
      const answer = asked.then(() => (pending.size > 0 ? null : askNow(question, withinMs)))
      asked = answer
      return answer
    },
    interrupt,
    kill(why) {
      cause = why
      signalGroup(record.pid, 'SIGKILL')
    },
    async stop() {
      channels.send('control', 'shutdown_request', { restart: false })
      if (!(await isGoneWithin(record, STOP_GRACE_MS))) await endProcess(record, TERM_GRACE_MS)
      // Who waits for its end hears of it, also where it was not our child.
      await watch.look()
      kernel.detach()
      removeConnection(connection.path)
    },
    detach() {
      // Of one that has ended, a request tells the end.
      if (!isEnded) letGo.resolve(null)
      watch.stop()
      channels.close()
    },
    answers: (withinMs) => new Promise((resolve) => {
      const ids = new Set<string>()
      let hasReply = false
      let isShown = false
      const ask = () => ids.add(channels.send('shell', 'kernel_info_request', {}))
      const finish = (isThere: boolean) => {
        clearInterval(again)
        clearTimeout(late)
        probes.delete(probe)
        resolve(isThere)
      }
      const probe = (message: WireMessage) => {
        if (message.type === 'kernel_info_reply' && ids.has(message.parentId)) hasReply = true
        if (message.type === 'status' && ids.has(message.parentId)) isShown = true
        if (hasReply && isShown) finish(true)
      }
      probes.add(probe)
      // Our subscription may reach the kernel after its first answer: asked again, it shows.
      const again = setInterval(() => void (hasReply && ask()), ASK_AGAIN_MS)
      const late = setTimeout(() => finish(false), withinMs)
      void watch.ended.then(() => finish(false))
      ask()
    }),
  }
  return kernel
}
