/**
 * Who holds a link. The rows are read at every request and their hash is compared anew, so a revoked or expired link
 * is over at once. Time is the database's. A link gives one notebook to read and nothing else.
 */
import { timingSafeEqual } from 'node:crypto'
import { inArray, sql } from 'drizzle-orm'
import type { NotebookId, ShareId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Guest } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { shares } from '../store/schema/dashboards.ts'
import { readShareCookies } from './share-cookie.ts'
import { hashToken } from './share-token.ts'

export interface Link {
  shareId: ShareId
  notebookId: NotebookId
  /** Tells guests of one link apart. */
  visitor: string
}

export type GuestRefusal = 'share-invalid' | 'share-expired'

interface HeldLink extends Link {
  isOver: boolean
}

/** The links to notebooks that the request's cookies prove, newest cookie last, without those that are over. */
export async function linksOf(deps: { db: Executor }, headers: Headers): Promise<Link[]> {
  const held = await heldLinks(deps, headers)
  return held.filter((link) => !link.isOver).map(({ isOver: _, ...link }) => link)
}

/** The guest whom one of these links lets into this notebook. */
export async function admitGuest(deps: { db: Executor }, headers: Headers, notebookId: string): Promise<Outcome<Guest, GuestRefusal>> {
  const held = (await heldLinks(deps, headers)).filter((link) => link.notebookId === notebookId)
  const link = held.find((one) => !one.isOver)
  if (link !== undefined) return accept({ kind: 'guest', shareId: link.shareId, notebookId: link.notebookId, links: [link] })
  if (held.length > 0) return refuse('share-expired', 'This link has ended. Ask the person who sent it for a new one.')
  return refuse('share-invalid', 'Open the link that you were given again.')
}

async function heldLinks({ db }: { db: Executor }, headers: Headers): Promise<HeldLink[]> {
  const cookies = readShareCookies(headers)
  if (cookies.length === 0) return []
  const rows = await db.select({
    id: shares.id, notebookId: shares.notebookId, tokenHash: shares.tokenHash,
    isOver: sql<boolean>`${shares.revokedAt} is not null or coalesce(${shares.expiresAt} <= now(), false)`,
  }).from(shares).where(inArray(shares.id, cookies.map((cookie) => cookie.shareId)))
  return cookies.flatMap(({ shareId, token, visitor }) => {
    const row = rows.find((one) => one.id === shareId)
    if (row === undefined || row.notebookId === null || !timingSafeEqual(row.tokenHash, hashToken(token))) return []
    return [{ shareId, notebookId: row.notebookId, visitor, isOver: row.isOver }]
  })
}
