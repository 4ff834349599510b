/** Schemas of computes, for the API's routes and its document. */
import { z } from 'zod'
import { COMPUTE_KINDS, COMPUTE_NAME_MAX, COMPUTE_STATES } from '#lib/domain/compute.ts'
import { CONNECT_URL_MAX } from '#lib/domain/connect-url.ts'
import { instant } from './api-schemas.ts'

const limit = z.number().nullable()

export const computeSchema = z.object({
  id: z.uuid(), name: z.string(), kind: z.enum(COMPUTE_KINDS),
  url: z.string().nullable(), hasToken: z.boolean().meta({ description: 'A token goes with the address. It is never given out.' }),
  state: z.enum(COMPUTE_STATES), reason: z.string().nullable(), isDefault: z.boolean(), isGiven: z.boolean(),
  memoryMb: limit.meta({ description: 'Null: what the installation gives.' }), cores: limit, idleMinutes: limit,
  pagesUrl: z.string().nullable(), hasPages: z.boolean(), startedAt: instant.nullable(), lastUsedAt: instant.nullable(),
}).meta({ id: 'Compute', description: 'The Spark that kernels talk to. `embedded` is started by a worker, `remote` runs elsewhere.' })

const nameField = z.string().max(4 * COMPUTE_NAME_MAX).meta({ example: 'Big memory' })
/** Bounds are judged by the rule, which says them in a sentence. */
const limitField = (description: string) => z.number().nullable().optional().meta({ description })
const fields = {
  memoryMb: limitField('Memory of Spark’s JVM in megabytes; null is the installation’s. Embedded only.'),
  cores: limitField('Tasks at once; null is the installation’s. Embedded only.'),
  idleMinutes: limitField('Stopped after so long without a run; null is the installation’s. Embedded only.'),
  url: z.string().max(2 * CONNECT_URL_MAX).optional().meta({ description: 'Of a remote one: `sc://host:port[/;token=…]`. It is tried at once; the token is kept sealed and never given out.', example: 'sc://spark.example.org:15002' }),
  pagesUrl: z.string().max(1000).nullable().optional().meta({ description: 'Of a remote one: the https address of Spark’s own pages, for a plain link.' }),
}

export const createComputeBody = z.strictObject({ name: nameField, kind: z.enum(COMPUTE_KINDS), ...fields })
export const editComputeBody = z.strictObject({ name: nameField.optional(), isDefault: z.literal(true).optional(), ...fields })
export const deleteComputeQuery = z.strictObject({ notebooks: z.enum(['keep', 'move']).default('keep').meta({ description: '`keep` refuses while notebooks chose it, `move` gives them the default.' }) })

export const computeNotebookSchema = z.object({
  id: z.uuid(), title: z.string(), isChosen: z.boolean().meta({ description: 'False: it follows the default, or its kernel was started here before it chose another.' }), hasKernel: z.boolean(),
}).meta({ id: 'ComputeNotebook' })

export const notebookComputeSchema = z.object({
  chosenId: z.uuid().nullable().meta({ description: 'Null: it follows the workspace’s default.' }),
  computeId: z.uuid().meta({ description: 'Where its next kernel runs.' }), name: z.string(),
  kernelComputeId: z.uuid().nullable(), needsRestart: z.boolean(),
}).meta({ id: 'NotebookCompute' })
export const chooseComputeBody = z.strictObject({ computeId: z.uuid().nullable() })
