/** Schemas of computes, for the API's routes and its document. */
import { z } from 'zod'
import { COMPUTE_KINDS, COMPUTE_STATES } from '#lib/domain/compute.ts'
import { instant } from './api-schemas.ts'

export const computeSchema = z.object({
  id: z.uuid(), name: z.string(), kind: z.enum(COMPUTE_KINDS), url: z.string().nullable(), state: z.enum(COMPUTE_STATES), reason: z.string().nullable(),
  isDefault: z.boolean(), startedAt: instant.nullable(), lastUsedAt: instant.nullable(),
}).meta({ id: 'Compute', description: 'The Spark that kernels talk to. `embedded` is started by a worker, `remote` runs elsewhere.' })
