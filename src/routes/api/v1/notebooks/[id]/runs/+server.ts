/** Runs of a notebook: ask for one, list them. */
import { z } from 'zod'
import { isCellId } from '#lib/domain/ids.ts'
import { LIMIT_MAX_SECONDS } from '#lib/domain/run-limit.ts'
import { idParams } from '#lib/server/api-schemas.ts'
import { listNotebookRuns, requestRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { parameterValue, rowLimitSchema, runListQuery, runSchema, scopeSchema } from '#lib/server/run-schemas.ts'

const digests = z.record(z.string().refine(isCellId, 'is not a cell id'), z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'))
  .meta({ description: 'SHA-256 of each cell’s source as you see it. A cell that differs is not run (`source-moved`).' })

const givenParameters = z.record(z.string().max(100), parameterValue)
  .meta({ description: 'Values in place of the inputs’ own, by name, for this run only. An unknown name or a value of the wrong kind is refused.' })
const limit = z.int().min(1).max(LIMIT_MAX_SECONDS).nullable().meta({ description: 'Seconds. What goes on for longer is stopped and has failed.' })

export const POST = route({
  name: 'request-run',
  summary: 'Run cells of a notebook',
  description: 'The run is queued and returned at once; follow it by the notebook’s feed or by reading it again.',
  params: idParams,
  body: z.strictObject({ scope: scopeSchema, digests: digests.optional(), parameters: givenParameters.optional(), rowLimit: rowLimitSchema.optional(), timeoutSeconds: limit.optional(), cellTimeoutSeconds: limit.optional() }),
  response: runSchema,
  status: 201,
}, ({ deps, actor, params, body, requestId }) =>
  requestRun({ db: deps.db, now: deps.now, readNotebook: (id) => deps.rooms.read(id) }, actor, { notebookId: params.id, scope: body.scope as Parameters<typeof requestRun>[2]['scope'], digests: body.digests, parameters: body.parameters, rowLimit: body.rowLimit, timeoutSeconds: body.timeoutSeconds, cellTimeoutSeconds: body.cellTimeoutSeconds, requestId }))

export const GET = route({
  name: 'list-notebook-runs',
  summary: 'List the runs of a notebook, newest first',
  params: idParams,
  query: runListQuery,
  response: z.array(runSchema),
}, ({ deps, actor, params, query }) => listNotebookRuns(deps, actor, { notebookId: params.id, isOpen: query.open, before: query.before, limit: query.limit }))
