/** What the page of a live view link shows: exactly the notebook of the link, for as long as the link lives. */
import { eq } from 'drizzle-orm'
import { isUuid, type ShareId } from '#lib/domain/ids.ts'
import { refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor, Guest } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { shares } from '../store/schema/dashboards.ts'
import { openNotebook, type OpenedNotebook } from '../notebooks/open-notebook.ts'
import { guestName } from './guest-name.ts'

export interface SharedNotebook {
  notebook: OpenedNotebook
  /** For what else the page reads: a guest even when the person is signed in, so that a link is never more than a view. */
  guest: Guest
  name: string
}

export async function openSharedNotebook(deps: { db: Executor }, actor: Actor | null, shareId: string): Promise<Outcome<SharedNotebook, 'share-expired' | 'share-invalid' | 'not-found' | 'not-allowed' | 'sign-in-needed'>> {
  const link = actor?.links?.find((one) => one.shareId === shareId)
  if (link === undefined) return whyNot(deps, shareId)
  const guest: Guest = { kind: 'guest', shareId: link.shareId, notebookId: link.notebookId, links: [link] }
  const opened = await openNotebook(deps, guest, link.notebookId)
  if (!opened.ok) return opened.reason === 'not-found' ? refuse('share-expired', 'This notebook is in the trash. Ask the person who shared it.') : opened
  return { ok: true, value: { notebook: opened.value, guest, name: actor?.kind === 'member' ? actor.name : guestName(link.visitor) } }
}

async function whyNot(deps: { db: Executor }, shareId: string): Promise<Outcome<never, 'share-expired' | 'share-invalid'>> {
  const [row] = isUuid(shareId) ? await deps.db.select({ revokedAt: shares.revokedAt, expiresAt: shares.expiresAt }).from(shares).where(eq(shares.id, shareId as ShareId)) : []
  const isOver = row !== undefined && (row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt < new Date()))
  return isOver ? refuse('share-expired', 'This link has ended. Ask the person who sent it for a new one.') : refuse('share-invalid', 'Open the whole link that you were given: this address alone does not let anyone in.')
}
