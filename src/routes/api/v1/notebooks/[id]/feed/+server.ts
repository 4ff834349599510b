/** A notebook's runs and outputs as they come, as server-sent events. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { actorOf, openFeedStream } from '#lib/server/door.ts'
import { problem, route } from '#lib/server/route.ts'

const number = /^\d{1,15}$/

export const GET = route({
  name: 'follow-notebook',
  summary: 'Follow a notebook’s runs and outputs',
  description: 'Server-sent events. Each has the feed’s number as its id and one event as JSON; come back with `Last-Event-ID` (or `after`) to miss nothing. Events named `now` have no id and hold the server’s time, for clocks on the page.',
  params: idParams,
  query: z.strictObject({ after: z.string().regex(number).optional() }),
  response: z.string(),
  streams: 'text/event-stream',
}, async ({ deps, actor, params, query, requestId, event }) => {
  const seen = event.request.headers.get('last-event-id') ?? ''
  const afterSeq = Number(number.test(seen) ? seen : (query.after ?? 0))
  const { headers } = event.request
  const opened = await openFeedStream(deps, actor, { notebookId: params.id, afterSeq, actorNow: () => actorOf(deps, headers) })
  return opened.ok ? opened.value : problem(opened, requestId)
})
