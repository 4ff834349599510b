/** What every task may use: the application's core, and what a worker has besides. Built once in main.ts. */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import type { CoreDeps } from '#server/deps.ts'
import type { Computes } from './compute/computes.ts'
import type { NotebookPackages } from './kernels/notebook-packages.ts'
import type { NotebookKernels } from './kernels/notebook-kernels.ts'
import type { RunControl } from './runs/run-control.ts'

export interface WorkerDeps extends CoreDeps {
  computes: Computes
  notebookKernels: NotebookKernels
  packages: NotebookPackages
  control: RunControl
  readNotebook: (notebookId: NotebookId) => Promise<NotebookText>
  /** The id of the queue pool whose jobs are runs, once it is registered: a run of an unknown worker would be swept away. */
  workerId: () => Promise<string>
  /** Resolves while this worker is known to live for all others (liveness.ts). */
  confirmed: () => Promise<void>
  /** Aborted when this worker must end before its runs do. */
  leaving: AbortSignal
}
