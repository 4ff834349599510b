/**
 * The first of several web processes at one address (`WEB_PROCESSES`): starts the others, which take connections in turns,
 * leads rooms' sockets to their homes, and starts again what ends by itself. It serves nobody itself. When it is
 * killed, the others end too.
 */
import cluster, { type Worker } from 'node:cluster'
import { WRONG_SETTING, type Config } from '../config.ts'
import { createLog, logCrashes } from '../log.ts'
import { sendHandle, type ConnectionHandle } from './connection-handle.ts'
import { isPassedUpgrade, type Roll } from './messages.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** Whoever ran for so long begins with the first pause again. */
const STEADY_MS = 60_000

export function runProcesses(config: Pick<Config, 'webProcesses' | 'log'>): void {
  const log = createLog(config, 'web')
  const running = new Map<number, Worker>()
  const listening = new Set<number>()
  let isStopping = false
  let hasServed = false

  const callRoll = (): void => {
    for (const [self, worker] of running) if (worker.isConnected()) worker.send({ kind: 'roll', self, listening: [...listening] } satisfies Roll)
  }
  const lead = (message: unknown, given: unknown): void => {
    if (!isPassedUpgrade(message) || given === undefined) return
    const handle = given as ConnectionHandle
    // Its home may have ended since: any other serves it as well.
    const worker = [message.to, ...listening].map((at) => running.get(at)).find((one) => one?.isConnected())
    if (worker === undefined) handle.close()
    else sendHandle(worker.process.send.bind(worker.process), message, handle, () => handle.close())
  }
  const start = (at: number, pauseMs: number): void => {
    if (isStopping) return
    const began = Date.now()
    const worker = cluster.fork()
    running.set(at, worker)
    worker.on('message', lead)
    worker.once('listening', () => {
      listening.add(at)
      hasServed = true
      callRoll()
    })
    worker.once('exit', (code, signal) => {
      running.delete(at)
      listening.delete(at)
      callRoll()
      // The settings were good for another: what this one missed, such as the database, comes back.
      if (code === WRONG_SETTING && !hasServed) stop(code)
      if (isStopping) return
      const pause = Date.now() - began > STEADY_MS ? FIRST_PAUSE_MS : pauseMs
      log.error({ webProcess: at, code, signal, pause }, 'a web process ended by itself and is started again')
      setTimeout(() => start(at, Math.min(pause * 2, LONGEST_PAUSE_MS)), pause)
    })
  }
  const stop = (code: number): void => {
    if (isStopping) return
    isStopping = true
    const ends = [...running.values()].map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
    for (const worker of running.values()) worker.process.kill('SIGTERM')
    void Promise.all(ends).then(() => process.exit(code))
  }

  logCrashes(log)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(0))
  for (let at = 0; at < config.webProcesses; at += 1) start(at, FIRST_PAUSE_MS)
}
