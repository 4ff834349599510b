/** From a result to an embed of its cell in one request. */
import { z } from 'zod'
import { ORIGINS_MAX } from '#lib/domain/share.ts'
import { idParams } from '#lib/server/api-schemas.ts'
import { embedResult } from '#lib/server/door.ts'
import { chartEncoding } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { newShareSchema } from '#lib/server/share-schemas.ts'

const common = { title: z.string().max(300).default(''), allowedOrigins: z.array(z.string().max(300)).max(ORIGINS_MAX) }

export const POST = route({
  name: 'embed-result',
  summary: 'Embed a result in another page',
  description: 'Makes a tile of the result’s cell on the dashboard “Embeds” and a link to that tile alone. It shows the newest good result of the cell.',
  params: idParams,
  body: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('table'), ...common }), z.strictObject({ kind: z.literal('chart'), encoding: chartEncoding, ...common })]),
  response: newShareSchema.extend({ dashboardId: z.uuid() }).meta({ id: 'NewEmbed' }),
  status: 201,
}, ({ deps, actor, params, body, requestId }) => {
  const options = body.kind === 'chart' ? { encoding: body.encoding } : {}
  return embedResult(deps, actor, { resultId: params.id, kind: body.kind, title: body.title, options, allowedOrigins: body.allowedOrigins, requestId })
})
