/**
 * The compute that a workspace begins with: Spark on this machine, started when it is first needed.
 * Where the installation is given a Spark Connect URL, the worker turns it into that (compute-store.ts, alignGivenComputes).
 */
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'

export async function createDefaultCompute(tx: Executor, workspaceId: WorkspaceId): Promise<void> {
  await tx.insert(computes).values({ workspaceId, name: 'Spark', kind: 'embedded', isDefault: true, isGiven: true }).onConflictDoNothing()
}
