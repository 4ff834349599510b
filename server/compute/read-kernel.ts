/** The state of a notebook's own kernel and how it does, for who may read the notebook. */
import type { KernelFeedState } from '#lib/domain/feed.ts'
import type { KernelMeter } from '#lib/domain/kernel-question.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { readKernelState } from '../runs/read-outputs.ts'
import type { Database } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import type { KernelLine } from './kernel-line.ts'

export interface KernelReading {
  state: KernelFeedState
  reason: string | null
  /** Null without a kernel, and where its worker does not tell. */
  meter: KernelMeter | null
}

const TOLD_WITHIN_MS = 500

export async function readKernel(deps: { db: Database; kernelLine: KernelLine }, actor: Actor | null, notebookId: string): Promise<Outcome<KernelReading, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id } = allowed.value
  const kernel = await readKernelState(deps.db, id)
  const isThere = kernel.state === 'idle' || kernel.state === 'busy'
  return accept({ ...kernel, meter: isThere ? ((await deps.kernelLine.ask(id, { kind: 'meter' }, TOLD_WITHIN_MS)) as KernelMeter | null) : null })
}
