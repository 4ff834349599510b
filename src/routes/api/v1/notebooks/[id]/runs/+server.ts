/** Runs of a notebook: ask for one, list them. */
import { z } from 'zod'
import { isCellId } from '#lib/domain/ids.ts'
import { idParams } from '#lib/server/api-schemas.ts'
import { listNotebookRuns, requestRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { runListQuery, runSchema, scopeSchema } from '#lib/server/run-schemas.ts'

const digests = z.record(z.string().refine(isCellId, 'is not a cell id'), z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'))
  .meta({ description: 'SHA-256 of each cell’s source as you see it. A cell that differs is not run (`source-moved`).' })

export const POST = route({
  name: 'request-run',
  summary: 'Run cells of a notebook',
  description: 'The run is queued and returned at once; follow it by the notebook’s feed or by reading it again.',
  params: idParams,
  body: z.strictObject({ scope: scopeSchema, digests: digests.optional() }),
  response: runSchema,
  status: 201,
}, ({ deps, actor, params, body, requestId }) =>
  requestRun({ db: deps.db, now: deps.now, readNotebook: (id) => deps.rooms.read(id) }, actor, { notebookId: params.id, scope: body.scope as Parameters<typeof requestRun>[2]['scope'], digests: body.digests, requestId }))

export const GET = route({
  name: 'list-notebook-runs',
  summary: 'List the runs of a notebook, newest first',
  params: idParams,
  query: runListQuery,
  response: z.array(runSchema),
}, ({ deps, actor, params, query }) => listNotebookRuns(deps, actor, { notebookId: params.id, isOpen: query.open, before: query.before, limit: query.limit }))
