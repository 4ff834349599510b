/** Audit: one appended row per act that matters (who, what, on what, in which request). No content, no secret. */
import type { UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { audit } from '../store/schema/workspaces.ts'

export interface AuditEntry {
  workspaceId: WorkspaceId | null
  actor: Actor | UserId | 'system' | 'anonymous'
  /** Verb of the noun, such as `member.add`, `share.revoke`, `sign-in`. */
  action: string
  /** The id of what it was done to. */
  subject: string
  detail?: Record<string, unknown>
  requestId: string | null
}

export async function recordAudit(executor: Executor, entry: AuditEntry): Promise<void> {
  const { actor } = entry
  const isGuest = typeof actor !== 'string' && actor.kind === 'guest'
  await executor.insert(audit).values({
    workspaceId: entry.workspaceId,
    actor: typeof actor === 'string' ? actor : actor.kind === 'guest' ? 'guest' : actor.userId,
    action: entry.action,
    subject: entry.subject,
    detail: { ...(isGuest ? { shareId: actor.shareId } : {}), ...entry.detail },
    requestId: entry.requestId,
  })
}
