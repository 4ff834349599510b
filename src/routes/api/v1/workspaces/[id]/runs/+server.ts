/** The runs of a workspace. */
import { z } from 'zod'
import { RUN_CAUSES, RUN_STATES } from '#lib/domain/run.ts'
import { RUN_FILTERS } from '#lib/domain/run-summary.ts'
import { instant, workspaceParams } from '#lib/server/api-schemas.ts'
import { listRunSummaries } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { runScopeSchema } from '#lib/server/run-schemas.ts'

const summary = z.object({
  id: z.uuid(), notebookId: z.uuid(), notebookTitle: z.string(), cause: z.enum(RUN_CAUSES), requestedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  scope: runScopeSchema, cellCount: z.int(), state: z.enum(RUN_STATES), reason: z.string().nullable(),
  requestedAt: instant, startedAt: instant.nullable(), finishedAt: instant.nullable(),
}).meta({ id: 'RunSummary' })

export const GET = route({
  name: 'list-workspace-runs',
  summary: 'List the runs of a workspace, newest first',
  params: workspaceParams,
  query: z.strictObject({
    state: z.enum(RUN_FILTERS).default('all').meta({ description: '`open`: those that have not ended.' }),
    before: z.iso.datetime().transform((text) => new Date(text)).optional().meta({ description: 'Runs requested before this instant: the next page.' }),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  response: z.array(summary),
}, ({ deps, actor, params, query }) => listRunSummaries(deps, actor, { workspaceId: params.id, filter: query.state, before: query.before, limit: query.limit }))
