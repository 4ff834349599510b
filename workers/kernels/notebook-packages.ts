/**
 * The packages of notebooks on this machine: the folder of each, what is missing in it by the notebook's rows installed
 * again before a kernel starts (after a move to another machine, or a newer Python), and removal. What cannot be
 * installed keeps no kernel from starting: the import that needs it fails in its cell and says so.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { NotebookId } from '#lib/domain/ids.ts'
import { listPackages } from '#server/compute/package-store.ts'
import type { Config } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { runProgram } from '../processes/run-program.ts'
import { packageEnv } from './kernel-env.ts'
import { describePython, ensurePythonFolder, installedIn, type PythonFolder, type SharedPython } from './python-folder.ts'

const INSTALL_WITHIN_MS = 10 * 60_000
const REMOVE_WITHIN_MS = 60_000

export interface NotebookPackages {
  /** Ends what it installs when that is not wanted any more. */
  folderFor(notebookId: NotebookId, unwanted: AbortSignal): Promise<PythonFolder>
  remove(notebookId: NotebookId, name: string): Promise<void>
}

export function createNotebookPackages(deps: { db: Database; log: Log; config: Config }): NotebookPackages {
  const { db, log, config } = deps
  // Asked at once, so that the first kernel does not wait for it.
  let shared: Promise<SharedPython> | null = describePython(config.python)
  shared.catch(() => (shared = null))
  const rootOf = (notebookId: NotebookId) => join(config.dataDir, 'packages', notebookId)

  async function folderOf(notebookId: NotebookId): Promise<PythonFolder> {
    shared ??= describePython(config.python).catch((error: unknown) => {
      shared = null
      throw error
    })
    return ensurePythonFolder(rootOf(notebookId), await shared)
  }

  const pip = (folder: PythonFolder, notebookId: NotebookId, args: string[], unwanted: AbortSignal) => {
    const home = join(config.dataDir, 'run', 'home', notebookId)
    return runProgram({ command: folder.python, args: ['-m', 'pip', ...args], folder: folder.root, env: packageEnv(config, folder, home) }, unwanted)
  }

  return {
    async folderFor(notebookId, unwanted) {
      const folder = await folderOf(notebookId)
      const wanted = await listPackages(db, notebookId)
      const there = wanted.length === 0 ? new Set<string>() : installedIn(folder)
      const missing = wanted.filter(({ name }) => !there.has(name))
      if (missing.length === 0) return folder
      log.info({ notebookId, packages: missing.map(({ requirement }) => requirement) }, 'packages of a notebook are installed again')
      await pip(folder, notebookId, ['install', '--quiet', ...missing.map(({ requirement }) => requirement)], AbortSignal.any([unwanted, AbortSignal.timeout(INSTALL_WITHIN_MS)]))
        .catch((error: unknown) => log.warn({ err: error, notebookId }, 'packages of a notebook could not be installed again'))
      return folder
    },
    async remove(notebookId, name) {
      if (!existsSync(rootOf(notebookId))) return
      await pip(await folderOf(notebookId), notebookId, ['uninstall', '--yes', name], AbortSignal.timeout(REMOVE_WITHIN_MS))
    },
  }
}
