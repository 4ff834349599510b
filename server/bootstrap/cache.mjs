// The download cache: one folder per part and version, ready when its marker file is there.
// A folder without the marker is work that was interrupted; its maker goes on from there.
// A lock keeps two starts at once from making the same folder.
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeRecord, startTime } from './processes.mjs'
import { Stopped, usingFolder } from './setup-error.mjs'
import { cacheRoot } from './where.mjs'

function tryLock(path) {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, JSON.stringify({ pid: process.pid, started: startTime(process.pid) }))
    closeSync(file)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

/** A lock whose owner has gone. An unreadable one is being written this moment. */
function isStale(path) {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8'))
    return startTime(owner.pid) !== owner.started
  } catch {
    return existsSync(path) && Date.now() - lstatSync(path).mtimeMs > 5000
  }
}

export async function withLock(path, { signal, onWait = () => {} }, work) {
  while (!tryLock(path)) {
    if (signal?.aborted) throw new Stopped()
    if (isStale(path)) removeRecord(path)
    else {
      onWait()
      await sleep(300)
    }
  }
  try {
    return await work()
  } finally {
    removeRecord(path)
  }
}

/** The folder `<cache>/<part>/<key>`; `make(folder)` fills it when it is not ready. */
export async function cached({ env, signal }, part, key, report, make) {
  const folder = join(cacheRoot(env), part, key)
  const marker = join(folder, '.ready')
  if (existsSync(marker)) return { folder }
  usingFolder(folder, 'XDG_CACHE_HOME', () => mkdirSync(folder, { recursive: true }))
  return withLock(`${folder}.lock`, { signal, onWait: () => report('another start is making it') }, async () => {
    if (existsSync(marker)) return { folder }
    await make(folder)
    writeFileSync(marker, '')
    return { folder, size: sizeOf(folder) }
  })
}

export function sizeOf(path) {
  const entry = lstatSync(path)
  if (!entry.isDirectory()) return entry.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
