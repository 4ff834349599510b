/** The notebooks that a new workspace begins with, in a folder of their own, on the sample tables that every Spark knows. */
import type { UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Transaction } from '../store/client.ts'
import { EXPLORING } from '../store/sample-notebooks/exploring.ts'
import { FLIGHTS } from '../store/sample-notebooks/flights.ts'
import { LOADING } from '../store/sample-notebooks/loading.ts'
import { insertNotebook } from './insert-notebook.ts'

export const SAMPLE_NOTEBOOKS = [FLIGHTS, LOADING, EXPLORING]
export const SAMPLES_FOLDER = 'Samples'

/** Copies: the fixed ids are those of the workspace that the seed makes. */
export async function addSampleNotebooks(tx: Transaction, workspaceId: WorkspaceId, createdBy: UserId): Promise<void> {
  for (const { title, cells } of SAMPLE_NOTEBOOKS) await insertNotebook(tx, { workspaceId, folder: SAMPLES_FOLDER, createdBy, title, cells })
}
