// The embedded Postgres: initdb once, start it apart from the terminal, adopt one that a
// killed `npm start` left behind, stop it last.
// It listens on 127.0.0.1 only, with passwords (scram); the product's role owns its database
// and may create others, but is not a superuser.
import { execFile, execFileSync } from 'node:child_process'
import { chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openLog } from '../data-folder.mjs'
import { spawnApart, startTime, stopProcess } from '../processes.mjs'
import { SetupError } from '../setup-error.mjs'
import { keptPort, openSecrets } from '../secrets.mjs'
import { keepPlace, placePostgres } from './postgres-place.mjs'

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
}

const ORPHANS_GONE_MS = 15_000

async function initialise({ data, bin, user }, adminPassword) {
  if (existsSync(join(data, 'PG_VERSION'))) return
  const fresh = `${data}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  const scratch = mkdtempSync(join(tmpdir(), 'dataharbour-'))
  const passwordFile = join(scratch, 'password')
  writeFileSync(passwordFile, adminPassword, { mode: 0o600 })
  if (user) for (const path of [fresh, scratch, passwordFile]) chownSync(path, user.uid, user.gid)
  try {
    await promisify(execFile)(
      join(bin, 'initdb'),
      ['-D', fresh, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums'],
      { cwd: '/', ...(user && { uid: user.uid, gid: user.gid }) },
    )
  } catch (error) {
    throw new SetupError(`Postgres could not make its data folder ${data}: ${error.stderr?.trim() || error.message}`)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  renameSync(fresh, data)
}

/** What postmaster.pid says, if that process really is a running Postgres. */
function readPostmaster(data) {
  let lines
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Number(lines[0])
  const started = startTime(pid)
  if (!started || !isPostgres(pid, data)) return undefined
  return { pid, started, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' }
}

/** By its words: the number in a file that was left may be another program's by now. A session has the words of no postmaster. */
function isPostgres(pid, data) {
  try {
    // Without `-ww` the words end where the terminal does.
    if (process.platform !== 'linux') return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(`-D ${data}`)
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data)
  } catch {
    return false
  }
}

/** Why it ended, as it says itself: ": …", or nothing. */
function lastWords(logFile) {
  const fatal = readFileSync(logFile, 'utf8').match(/^.*FATAL: .*$/gm)?.at(-1)
  return fatal === undefined ? '' : `: ${fatal.slice(fatal.indexOf('FATAL: ') + 'FATAL: '.length).trim()}`
}

async function waitReady(data, child, logFile) {
  const end = Date.now() + 60_000
  for (;;) {
    const postmaster = readPostmaster(data)
    if (postmaster?.isReady && (!child || postmaster.pid === child.pid)) return postmaster
    if (child && (child.exitCode !== null || child.spawnError)) throw new SetupError(`Postgres did not start${lastWords(logFile)}; its log is ${logFile}.`)
    if (Date.now() > end) throw new SetupError(`Postgres did not become ready in 60 s; its log is ${logFile}.`)
    await sleep(30)
  }
}

async function connect(url) {
  const { default: postgres } = await import('postgres')
  return postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} })
}

/** The settings by which the product finds this Postgres. */
export function postgresSettings(secrets, port) {
  return { DATABASE_URL: `postgres://dataharbour:${secrets.password}@127.0.0.1:${port}/dataharbour` }
}

async function makeRoleAndDatabase(port, secrets) {
  const admin = await connect(`postgres://postgres:${secrets.adminPassword}@127.0.0.1:${port}/postgres`)
  try {
    const [role] = await admin`select 1 from pg_roles where rolname = 'dataharbour'`
    if (!role) await admin.unsafe(`create role dataharbour login createdb password '${secrets.password}'`)
    const [database] = await admin`select 1 from pg_database where datname = 'dataharbour'`
    if (!database) await admin.unsafe('create database dataharbour owner dataharbour')
  } finally {
    await admin.end()
  }
}

/** Of a killed Postgres the sessions live on until each sees that it is alone, and keep its memory: the next one is tried until they are gone. */
async function launch(place, folders) {
  const port = await keptPort(folders.secrets, 'postgres')
  const args = ['-D', place.data, '-p', String(port)]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  removeStaleLock(place.data)
  const log = openLog(folders, 'postgres')
  try {
    for (const end = Date.now() + ORPHANS_GONE_MS; ; await sleep(100)) {
      try {
        return await launchOnce(place, folders, args, log)
      } catch (error) {
        if (!error.message.includes('shared memory block') || Date.now() > end) throw error
      }
    }
  } finally {
    closeSync(log)
  }
}

function launchOnce(place, folders, args, log) {
  const child = spawnApart(join(place.bin, 'postgres'), args, {
    env: { PATH: process.env.PATH, LANG: 'C' },
    cwd: dirname(place.data),
    log,
    user: place.user,
  })
  child.unref()
  return waitReady(place.data, child, join(folders.logs, 'postgres.log'))
}

/** Postgres itself takes any process with that number for another Postgres: one that came after it, or a dead one that nobody has buried yet. */
function removeStaleLock(data) {
  const lock = join(data, 'postmaster.pid')
  if (process.platform !== 'linux' || !existsSync(lock) || readPostmaster(data)) return
  if (existsSync(`/proc/${Number(readFileSync(lock, 'utf8').split('\n')[0])}`)) rmSync(lock, { force: true })
}

// SIGINT is Postgres's fast shutdown: sessions are ended, everything committed is flushed.
const stopPostgres = (postmaster) => stopProcess(postmaster, { signal: 'SIGINT', graceMs: 30_000 })

/** Starts or adopts Postgres; resolves to DATABASE_URL and how to stop it. */
export async function startPostgres(folders, { say = () => {} } = {}) {
  const place = placePostgres(folders, say)
  const { postgres: secrets } = openSecrets(folders.secrets)
  await initialise(place, secrets.adminPassword)
  keepPlace(folders, place.data)
  const postmaster = readPostmaster(place.data) ? await waitReady(place.data, undefined, folders.logs) : await launch(place, folders)
  try {
    await makeRoleAndDatabase(postmaster.port, secrets)
  } catch (error) {
    await stopPostgres(postmaster)
    throw error
  }
  return {
    env: postgresSettings(secrets, postmaster.port),
    data: place.data,
    process: postmaster,
    stop: () => stopPostgres(postmaster),
  }
}
