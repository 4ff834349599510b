/** A room server as a process of its own, to be killed: `kill` is SIGKILL, the port stays the same over restarts. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** What the main thread has had of the processor, by the scheduler's count. */
const processorMs = (pid: number): number => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6

const SCRIPT = fileURLToPath(new URL('./room-server.ts', import.meta.url))

export interface RoomProcess {
  url: string
  port: number
  /** Resident memory now, in MB (Linux). */
  residentMb: () => number
  /** Processor time of its main thread so far (Linux). */
  processorMs: () => number
  kill: () => Promise<void>
  /** Starts again on the same port; resolves when it listens. */
  start: () => Promise<void>
  stop: () => Promise<void>
}

export async function startRoomProcess(databaseUrl: string): Promise<RoomProcess> {
  let child: ChildProcess | null = null
  let port = 0

  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [SCRIPT, databaseUrl, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
    child = started
    const [line] = await once(started.stdout, 'data') as [Buffer]
    port = Number(/listening (\d+)/.exec(line.toString())?.[1])
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const running = child
    child = null
    if (running === null || running.exitCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
  }
  await start()
  return { url: `ws://127.0.0.1:${port}/rooms`, port, residentMb: () => residentMb(child?.pid ?? 0), processorMs: () => processorMs(child?.pid ?? 0), start, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}
