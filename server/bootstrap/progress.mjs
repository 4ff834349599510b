// One line per step: on a terminal the lines of running steps are redrawn in place; elsewhere
// a step prints when it starts, every 15 s, and when it ends. A step that finds its work
// already done (under a second, nothing to tell) prints nothing.
// The log has them all: began, ended or failed, how many ms it took and why it failed.
import { logStep } from './log.mjs'
import { Stopped } from './setup-error.mjs'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const silentMs = 1000

export function showTime(ms) {
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

export function showSize(bytes) {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

function lineOf(step, mark, width) {
  const line = `  ${mark} ${step.title.padEnd(24)} ${showTime(Date.now() - step.began).padStart(12)}   ${step.detail}`
  return line.length > width ? `${line.slice(0, width - 1)}…` : line
}

export function createProgress(log, stream = process.stdout) {
  const running = new Set()
  const isTerminal = Boolean(stream.isTTY) && !process.env.CI
  let drawn = 0
  let frame = 0

  function erase() {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[0J`)
    drawn = 0
  }
  function draw() {
    if (!isTerminal) return
    erase()
    const shown = [...running].filter((step) => Date.now() - step.began > silentMs)
    for (const step of shown) stream.write(`${lineOf(step, frames[frame % frames.length], stream.columns ?? 100)}\n`)
    drawn = shown.length
    frame += 1
  }
  function say(line) {
    erase()
    stream.write(`${line}\n`)
    draw()
  }
  function tick() {
    if (isTerminal) return draw()
    for (const step of running) {
      const elapsed = Date.now() - step.began
      if (elapsed < silentMs || Date.now() - step.spoken < 15_000) continue
      say(lineOf(step, step.spoken === 0 ? '>' : '.', 200))
      step.spoken = Date.now()
    }
  }
  const timer = setInterval(tick, isTerminal ? 120 : 500)
  timer.unref()

  /** Runs `work(report)`; what it returns may carry `size` (bytes) and `note` for the last line. */
  async function step(title, work) {
    const state = { title, detail: '', began: Date.now(), spoken: 0 }
    const finish = async () => {
      const answer = await work((detail) => (state.detail = detail))
      state.detail = [answer?.size && showSize(answer.size), answer?.note].filter(Boolean).join(', ')
      return answer
    }
    running.add(state)
    try {
      const answer = await logStep(log, title, finish, () => state.detail)
      running.delete(state)
      if (state.detail || Date.now() - state.began > silentMs) say(lineOf(state, '✓', 200))
      return answer
    } catch (error) {
      running.delete(state)
      error.step ??= title
      if (!(error instanceof Stopped)) say(lineOf(state, '✗', 200))
      throw error
    }
  }
  function close() {
    clearInterval(timer)
    erase()
  }
  return { step, say, close }
}
