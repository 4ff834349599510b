// Runs one test program with its output on the terminal, or kept in `said`, and gives back its exit code; the
// counts come from the report file that the program writes.
// It has a process group of its own: a Ctrl-C ends it, with all it started, by our hand; so does its end.
import { spawn } from 'node:child_process'
import { Stopped } from '../setup-error.mjs'
import { repoRoot } from '../where.mjs'

/** `pid`: undefined of a program that did not start. */
function endGroup(pid, signal) {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

export function runProgram(command, args, { env, signal, said }) {
  if (signal.aborted) return Promise.reject(new Stopped())
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: repoRoot, env, detached: true, stdio: ['ignore', ...(said ? ['pipe', 'pipe'] : ['inherit', 'inherit'])] })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))
    let killing
    const stop = () => {
      endGroup(child.pid, 'SIGINT')
      killing = setTimeout(() => endGroup(child.pid, 'SIGKILL'), 20_000).unref()
    }
    signal.addEventListener('abort', stop, { once: true })
    child.once('error', fail)
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', stop)
      // The number may be another's by then.
      clearTimeout(killing)
      // Workers of a test that was ended in the middle would go on, and start others.
      endGroup(child.pid, 'SIGKILL')
      if (signal.aborted) fail(new Stopped())
      else done(code ?? killedBy)
    })
  })
}

/**
 * A suite's counts, made honest: a program that failed without a failed test (it crashed, a file
 * did not load) and one that ran nothing both count as one failure.
 */
export function settle({ passed = 0, failed = 0 }, code) {
  if (failed === 0 && (code !== 0 || passed === 0)) return { passed, failed: 1, note: code === 0 ? 'no test ran' : `ended with ${code}` }
  return { passed, failed }
}
