/**
 * All that a kernel gets of an environment. Code in cells can read every word of it, so it is a list of what may be
 * there: no database, no root key of the object store; the storage keys are its workspace's own (see storage-keys.ts).
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KernelId, NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Config } from '#server/config.ts'
import type { AskingRun } from './notebook-kernels.ts'
import type { PythonFolder } from './python-folder.ts'

/** Where `import dataharbour` is found. */
export const SPARK_PACKAGE = fileURLToPath(new URL('../../spark', import.meta.url))

export interface KernelPlace {
  workspaceId: WorkspaceId
  notebookId: NotebookId
  /** The kernel's home and working folder. */
  folder: string
  sparkRemote: string
  /** A file that is there once Spark knows its tables; null when nobody tells. */
  sparkReadyPath: string | null
  /** Nobody of ours starts it: a cell is told within seconds that it does not answer. */
  isSparkGiven?: boolean
  keysFile: string
  /** The notebook's own packages. */
  packages: PythonFolder
  /** For the log lines of its start; both leave the environment before any cell. */
  kernelId: KernelId
  askedBy: AskingRun
}

export function kernelEnv(config: Config, place: KernelPlace): Record<string, string> {
  const { endpoint, region, bucket } = config.s3
  return {
    ...packageEnv(config, place.packages, place.folder),
    // Fonts are listed once per workspace, not once per kernel: that takes matplotlib seconds.
    MPLCONFIGDIR: join(config.dataDir, 'run', 'matplotlib', place.workspaceId),
    SPARK_REMOTE: place.sparkRemote,
    // Else Spark keeps what the session holds for a day, for each kernel that ever was.
    SPARK_CONNECT_RELEASE_SESSION_ON_EXIT: '1',
    ...(place.sparkReadyPath === null ? {} : { DATAHARBOUR_SPARK_READY: place.sparkReadyPath }),
    ...(place.isSparkGiven ? { DATAHARBOUR_SPARK_GIVEN: '1' } : {}),
    DATAHARBOUR_S3: JSON.stringify({ endpoint, region, bucket, keysFile: place.keysFile }),
    DATAHARBOUR_WORKSPACE: place.workspaceId,
    DATAHARBOUR_NOTEBOOK: place.notebookId,
    DATAHARBOUR_PACKAGES: place.packages.packages,
    DATAHARBOUR_LOG: JSON.stringify({ kernelId: place.kernelId, ...place.askedBy }),
  }
}

/**
 * What installs packages into a notebook's own folder, whichever pip is called: PIP_PYTHON turns even the shared one
 * to it. The operator's settings of pip (an index, a certificate) go along.
 */
export function packageEnv(config: Config, { bin, root, python }: PythonFolder, home: string): Record<string, string> {
  const env = pythonEnv(config, home)
  return { ...env, PATH: `${bin}:${env.PATH}`, VIRTUAL_ENV: root, PIP_PYTHON: python, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', ...config.pip }
}

/** What any Python process of ours needs to run at all. */
export function pythonEnv(config: Config, home: string): Record<string, string> {
  const own = config.python.includes('/') ? `${dirname(config.python)}:` : ''
  return { PATH: `${own}/usr/local/bin:/usr/bin:/bin`, HOME: home, LANG: 'C.UTF-8', PYTHONPATH: SPARK_PACKAGE, PYTHONUNBUFFERED: '1' }
}
