/**
 * Share: a link by token. Of a notebook it is a live view for guests; of a dashboard or a tile it is an embed that
 * only the listed origins may frame. The token is shown once; only its hash is kept.
 */
import type { DashboardId, NotebookId, ShareId, TileId } from './ids.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

export const SHARE_KINDS = ['notebook', 'dashboard', 'tile'] as const
export type ShareKind = (typeof SHARE_KINDS)[number]

export interface ShareSummary {
  id: ShareId
  kind: ShareKind
  /** Title of what is shared. */
  title: string
  notebookId: NotebookId | null
  dashboardId: DashboardId | null
  tileId: TileId | null
  allowedOrigins: string[]
  expiresAt: string | null
  lastUsedAt: string | null
  createdBy: string | null
  createdAt: string
}

/** What creating one answers; the path is never shown again. */
export interface NewShare {
  id: ShareId
  /** Begins with a slash; the token is in it. */
  path: string
  expiresAt: string | null
}

export const EXPIRY_DAYS_MAX = 365
export const VIEW_LINK_DAYS = 30
export const ORIGINS_MAX = 20
export const LINKS_MAX = 200

export const ANY_ORIGIN = '*'

/** An origin as it stands in `frame-ancestors`: scheme, host and port; `*` is a knowing choice of any site. */
export function checkOrigins(origins: readonly string[]): Outcome<string[], 'origin-invalid'> {
  const found = new Set<string>()
  for (const text of origins.map((one) => one.trim()).filter((one) => one !== '')) {
    const origin = readOrigin(text)
    if (origin === null) return refuse('origin-invalid', `“${text.slice(0, 100)}” is not an address of a site. Write it like https://www.example.com.`)
    found.add(origin)
  }
  if (found.size === 0) return refuse('origin-invalid', 'Name at least one site that may show it, like https://www.example.com.')
  if (found.size > ORIGINS_MAX) return refuse('origin-invalid', `At most ${ORIGINS_MAX} sites can be named.`)
  return accept([...found].sort())
}

/** A path after the host is forgiven: people paste the page's address. A bare host means https. */
function readOrigin(text: string): string | null {
  if (text === ANY_ORIGIN) return ANY_ORIGIN
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const match = /^(https?):\/\/(\[[0-9a-f:]+\]|(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?(?:[/?#].*)?$/i.exec(withScheme)
  if (match === null) return null
  const [, scheme = '', host = '', port = ''] = match
  return `${scheme}://${host}${port}`.toLowerCase()
}

/** The HTML that shows an embed in a page. */
export const iframeSnippet = (url: string, title: string, height: number): string =>
  `<iframe src="${attribute(url)}" title="${attribute(title)}" width="100%" height="${height}" style="border:0" loading="lazy" referrerpolicy="no-referrer"></iframe>`

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
