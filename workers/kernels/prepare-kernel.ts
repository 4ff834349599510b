/**
 * What a new kernel is started with: its environment, its home, its packages, its workspace's keys and Spark's address. A store that
 * does not answer keeps no kernel from starting: Python works, and what needs the store says so in its cell.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ComputeId, KernelId, NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Config } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Computes } from '../compute/computes.ts'
import type { StorageKeys } from '../compute/storage-keys.ts'
import { homeFolder, makeTemporaryFolder } from '../disk/notebook-folders.ts'
import { kernelEnv } from './kernel-env.ts'
import type { KernelLaunch } from './kernels.ts'
import type { AskingRun } from './notebook-kernels.ts'
import type { NotebookPackages } from './notebook-packages.ts'

interface Place { workspaceId: WorkspaceId; notebookId: NotebookId; kernelId: KernelId; askedBy: AskingRun }

export function prepareKernel(deps: { config: Config; log: Log; keys: StorageKeys; computes: Computes; packages: NotebookPackages }) {
  return async ({ workspaceId, notebookId, kernelId, askedBy }: Place, unwanted: AbortSignal): Promise<{ launch: KernelLaunch; computeId: ComputeId }> => {
    const [{ computeId, url, readyPath, isGiven }, packages] = await Promise.all([
      deps.computes.addressFor({ workspaceId, notebookId, kernelId }),
      deps.packages.folderFor(notebookId, unwanted),
      deps.keys.ensure(workspaceId).catch((error: unknown) => deps.log.warn({ err: error, workspaceId }, 'a kernel starts without storage keys; they are asked for again')),
    ])
    const folder = homeFolder(deps.config.dataDir, notebookId)
    mkdirSync(join(deps.config.dataDir, 'run', 'matplotlib', workspaceId), { recursive: true, mode: 0o700 })
    const env = { TMPDIR: makeTemporaryFolder(deps.config.dataDir, notebookId), ...kernelEnv(deps.config, { workspaceId, notebookId, folder, sparkRemote: url, sparkReadyPath: readyPath, isSparkGiven: isGiven, keysFile: deps.keys.path(workspaceId), packages, kernelId, askedBy }) }
    return { launch: { id: kernelId, env, folder, python: packages }, computeId }
  }
}
