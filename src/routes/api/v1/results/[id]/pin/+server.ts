/** Whether a result is kept whatever the workspace's rule says. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { pinResult } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

const pin = z.strictObject({ isPinned: z.boolean() })

export const PUT = route({ name: 'pin-result', summary: 'Pin a result, or let it go', description: 'A pinned result is kept whatever the workspace’s rule says.', params: idParams, body: pin, response: pin },
  ({ deps, actor, params, body }) => pinResult(deps, actor, { resultId: params.id, isPinned: body.isPinned }))
