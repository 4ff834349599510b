/** What an embed shows now, for the page that has it open. The token of the address is all that counts. */
import { z } from 'zod'
import { dashboardSchema } from '#lib/server/dashboard-schemas.ts'
import { openEmbed } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({
  name: 'read-embed', summary: 'Read what an embed shows', access: 'public',
  params: z.object({ token: z.string() }), response: dashboardSchema.pick({ title: true, tiles: true }),
}, ({ deps, params, event }) => openEmbed(deps, { token: params.token, address: event.getClientAddress() }))
