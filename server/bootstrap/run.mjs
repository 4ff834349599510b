// Runs one program to its end, in a process group of its own, so that a Ctrl-C ends it by our
// hand (through the signal) and with everything it started.
// Its output goes to a log file; a failure quotes the last lines and names that file.
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { SetupError, Stopped } from './setup-error.mjs'

const quotedLines = 8
const rememberedLines = 60

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** The lines worth quoting: from the last one that names an error, else the last few. */
function quote(tail) {
  const named = tail.findLastIndex((line) => /(^|\s)(\w*Error|npm error|E:|FATAL)\b/.test(line) && !/^\s+at /.test(line))
  return named === -1 ? tail.slice(-quotedLines) : tail.slice(named, named + quotedLines)
}

/** What a failed program said, as one error to show. */
function failure(what, code, tail, logFile) {
  const said = tail.length > 0 ? `:\n  ${quote(tail).join('\n  ')}` : '.'
  const more = logFile ? `\n  (all of it: ${logFile})` : ''
  return Object.assign(new SetupError(`${what} failed (exit ${code})${said}${more}`), { exitCode: code, lastLine: tail.at(-1) })
}

/**
 * Resolves to what it wrote to stdout. `onLine` sees every line of both streams.
 * `what` names the program in an error; `isSecret`: what it says is kept out of the log.
 */
export function run(command, args, { what = command, cwd, env = process.env, signal, onLine = () => {}, logFile, isSecret = false, input, user } = {}) {
  if (signal?.aborted) return Promise.reject(new Stopped())
  if (logFile) {
    mkdirSync(dirname(logFile), { recursive: true })
    appendFileSync(logFile, `$ ${command} ${args.join(' ')}\n`)
  }
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], ...user })
    let stdout = ''
    const tail = []
    const take = (line) => {
      if (logFile && !isSecret) appendFileSync(logFile, `${line}\n`)
      if (line.trim()) tail.push(line)
      if (tail.length > rememberedLines) tail.shift()
      onLine(line)
    }
    const stop = () => {
      killGroup(child, 'SIGTERM')
      setTimeout(() => killGroup(child, 'SIGKILL'), 5000).unref()
    }
    signal?.addEventListener('abort', stop, { once: true })
    child.stdout.on('data', (chunk) => (stdout += chunk))
    createInterface({ input: child.stdout }).on('line', take)
    createInterface({ input: child.stderr }).on('line', take)
    child.on('error', (error) => fail(new SetupError(`${what} could not be started: ${error.message}`)))
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', stop)
      if (signal?.aborted) fail(new Stopped())
      else if (code === 0) done(stdout)
      else fail(failure(what, code ?? killedBy, tail, logFile))
    })
    if (input !== undefined) child.stdin.end(input)
  })
}

/** Like run, but undefined instead of an error: for asking whether a program is there. */
export async function ask(command, args, options) {
  try {
    return await run(command, args, options)
  } catch (error) {
    if (error instanceof Stopped) throw error
    return undefined
  }
}
