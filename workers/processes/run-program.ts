/** Runs a program to its end, in a group of its own: what it started ends with it when it is not wanted any more. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { signalGroup } from './end-process.ts'

export interface Program {
  command: string
  args: string[]
  env: Record<string, string>
  folder: string
}

const WORDS_KEPT = 4000

/** Throws with its own last words where it does not succeed. */
export async function runProgram({ command, args, env, folder }: Program, unwanted: AbortSignal): Promise<void> {
  unwanted.throwIfAborted()
  const child = spawn(command, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let words = ''
  child.stderr.on('data', (piece: Buffer) => void (words = (words + piece.toString('utf8')).slice(-WORDS_KEPT)))
  const end = () => void (child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'))
  unwanted.addEventListener('abort', end, { once: true })
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code ?? signal}: ${words}`)
  } finally {
    unwanted.removeEventListener('abort', end)
  }
}
