// Keeps one of our own processes (web, worker) running: starts it apart from the terminal,
// starts it again with growing pauses when it ends by itself, stops it when asked.
// What a killed `npm start` left running is ended first; only we may be its parent.
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { openLog } from './data-folder.mjs'
import { followLog } from './follow-log.mjs'
import { readLiveRecord, removeRecord, spawnApart, startTime, stopProcess, writeRecord } from './processes.mjs'
import { lockedNode, repoRoot } from './where.mjs'

const firstPauseMs = 500
const longestPauseMs = 30_000
const steadyMs = 60_000
const wrongSetting = 2
const hopelessCrashes = 3

export async function stopLeftover(folders, name) {
  const recordPath = join(folders.run, `${name}.json`)
  const left = readLiveRecord(recordPath)
  if (left) await stopProcess(left, { group: true, graceMs: 10_000 })
  removeRecord(recordPath)
  return left !== undefined
}

/**
 * `say` hears the warnings of its log (`isJson`: as the JSON lines they are), `tell` what befalls it.
 * `graceMs`: how long a stop may take.
 */
export function supervise({ name, args, env, folders, graceMs, say, tell = say, isJson = false }) {
  const recordPath = join(folders.run, `${name}.json`)
  const logFile = join(folders.logs, `${name}.log`)
  let current
  let stopping = false
  let pauseMs = firstPauseMs
  let timer
  let crashes = 0
  let isHopeless = false

  function start() {
    const began = Date.now()
    const log = openLog(folders, name)
    const child = spawnApart(lockedNode, args, { cwd: repoRoot, env, log })
    closeSync(log)
    const stopFollowing = followLog(logFile, name, say, isJson)
    if (child.pid !== undefined) writeRecord(recordPath, child.pid)
    current = { pid: child.pid, started: child.pid && startTime(child.pid) }
    const end = (why) => {
      stopFollowing()
      if (!stopping) startAgain(why, Date.now() - began)
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => {
      if (code === wrongSetting) isHopeless = true
      end(signal ?? `exit ${code}`)
    })
  }

  function startAgain(why, ranMs) {
    if (ranMs > steadyMs) {
      pauseMs = firstPauseMs
      crashes = 0
    }
    crashes += 1
    tell(`${name} ended by itself (${why}) and starts again in ${pauseMs / 1000} s; its log is ${logFile}.`)
    timer = setTimeout(start, pauseMs)
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  }

  async function stop({ force = false } = {}) {
    stopping = true
    clearTimeout(timer)
    await stopProcess(current, { group: force, signal: force ? 'SIGKILL' : 'SIGTERM', graceMs })
    removeRecord(recordPath)
  }

  start()
  // Before its first answer there is no use in waiting for one that cannot start.
  return { stop, cannotStart: () => isHopeless || crashes >= hopelessCrashes }
}
