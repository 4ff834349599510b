/**
 * Where the files of a notebook's kernels are on this machine: their home, their packages, and a temporary folder of the
 * notebook's own, so that what a cell leaves there is known for its own and goes when its kernel has gone.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { NotebookId } from '#lib/domain/ids.ts'

/** Python's own libraries make sockets in it, whose paths have at most 107 bytes, and add some thirty. */
const LONGEST_PATH = 70
const NAME_LENGTH = 12
/** A younger one may be of a kernel that is about to get its row. */
const ROW_WITHIN_MS = 60_000

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

/** Those of notebooks without a kernel. */
export async function removeTemporaryFolders(dataDir: string, live: readonly NotebookId[], now: Date): Promise<void> {
  const kept = new Set(live.map(nameOf))
  const root = temporaryRoot(dataDir)
  for (const name of namesIn(root)) {
    const folder = join(root, name)
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs
    if (!kept.has(name) && changed !== undefined && now.getTime() - changed > ROW_WITHIN_MS) await rm(folder, { recursive: true, force: true })
  }
}

function temporaryRoot(dataDir: string): string {
  const wanted = join(dataDir, 'run', 't')
  return Buffer.byteLength(wanted) + 1 + NAME_LENGTH <= LONGEST_PATH ? wanted : join(tmpdir(), `dht-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`)
}

const nameOf = (notebookId: NotebookId): string => notebookId.replaceAll('-', '').slice(-NAME_LENGTH)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
