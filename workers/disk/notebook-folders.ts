/**
 * Where the files of a notebook's kernels are on this machine: their home, their packages, and a temporary folder of the
 * notebook's own, so that what a cell leaves there is known for its own and goes when its kernel has gone.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { NotebookId } from '#lib/domain/ids.ts'

/** Python's own libraries make sockets in it, whose paths have at most 107 bytes, and add some thirty. */
const LONGEST_PATH = 70
const ID_LENGTH = 12
const HOST_LENGTH = 4
/** A younger one may be of a kernel that is about to get its row. */
const ROW_WITHIN_MS = 60_000
/** Workers of several machines may share the data: what is another's, or was of one that is no more, goes after a week. */
const FOREIGN_MS = 7 * 24 * 3600_000

export const homeFolder = (dataDir: string, notebookId: NotebookId): string => join(dataDir, 'run', 'home', notebookId)
export const temporaryFolder = (dataDir: string, notebookId: NotebookId): string => join(temporaryRoot(dataDir), nameOf(notebookId))

export const foldersOf = (dataDir: string, notebookId: NotebookId): string[] =>
  [homeFolder(dataDir, notebookId), temporaryFolder(dataDir, notebookId), join(dataDir, 'packages', notebookId)]

export function makeTemporaryFolder(dataDir: string, notebookId: NotebookId): string {
  const folder = temporaryFolder(dataDir, notebookId)
  const root = temporaryRoot(dataDir)
  mkdirSync(root, { recursive: true, mode: 0o700 })
  // In the shared temporary folder somebody else may have been first: then the notebook has none of its own.
  if (lstatSync(root).uid !== userInfo().uid) return tmpdir()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const now = new Date()
  utimesSync(folder, now, now)
  return folder
}

/** Those of notebooks without a kernel on this machine. */
export async function removeTemporaryFolders(dataDir: string, live: readonly NotebookId[], now: Date): Promise<void> {
  const kept = new Set(live.map(nameOf))
  const root = temporaryRoot(dataDir)
  for (const name of namesIn(root)) {
    const folder = join(root, name)
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs
    const waits = name.startsWith(`${machine()}-`) ? ROW_WITHIN_MS : FOREIGN_MS
    if (!kept.has(name) && changed !== undefined && now.getTime() - changed > waits) await rm(folder, { recursive: true, force: true })
  }
}

function temporaryRoot(dataDir: string): string {
  const wanted = join(dataDir, 'run', 't')
  return Buffer.byteLength(wanted) + 2 + HOST_LENGTH + ID_LENGTH <= LONGEST_PATH ? wanted : join(tmpdir(), `dht-${hash(dataDir).slice(0, 12)}`)
}

const nameOf = (notebookId: NotebookId): string => `${machine()}-${notebookId.replaceAll('-', '').slice(-ID_LENGTH)}`
const machine = (): string => hash(hostname()).slice(0, HOST_LENGTH)
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
