/** Where others called you by name, over all your workspaces. */
import { inboxSchema } from '#lib/server/comment-schemas.ts'
import { readInbox } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-inbox', summary: 'List where you were mentioned', description: 'Newest first.', response: inboxSchema },
  ({ deps, actor }) => readInbox(deps, actor))
