/** Takes a link back. Its sockets and feeds end now in this process and within seconds in the others; every later request finds the row over. */
import { eq } from 'drizzle-orm'
import { CLOSE } from '#lib/domain/close-codes.ts'
import { isUuid, type ShareId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { shares } from '../store/schema/dashboards.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'

export async function revokeShare(deps: Pick<Deps, 'db' | 'rooms'>, actor: Actor | null, input: { shareId: string; requestId: string | null }): Promise<Outcome<null, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such link, or you have no access to it.')
  if (!isUuid(input.shareId)) return missing
  const id = input.shareId as ShareId
  const [row] = await deps.db.select().from(shares).where(eq(shares.id, id))
  if (row === undefined) return missing
  const allowed = await authorizeWorkspace(deps, actor, row.workspaceId, 'share:manage')
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  if (row.revokedAt !== null) return accept(null)
  await deps.db.transaction(async (tx) => {
    await tx.update(shares).set({ revokedAt: new Date() }).where(eq(shares.id, id))
    await recordAudit(tx, { workspaceId: row.workspaceId, actor: actor!, action: 'share.revoke', subject: id, requestId: input.requestId })
  })
  deps.rooms.closeSockets({ shareId: id }, CLOSE.shareEnded, 'This link was taken back.')
  return accept(null)
}
