/** Links and embeds from the browser: make, list, take back. A new link goes to the clipboard, because it is shown only once. */
import { callApi } from '#lib/live/api.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { NewShare, ShareSummary } from '#lib/domain/share.ts'
import { copyText } from '#lib/ui/result/copy-text.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'

export const linkOf = (share: NewShare): string => new URL(share.path, location.origin).href

/** One press: a live view link on the clipboard. `onManage` is offered in the toast, and is where the link stands when the browser does not allow copying. */
export async function copyViewLink(workspaceId: string, notebookId: string, onManage: (link: string) => void, expiresInDays?: number | null): Promise<string | null> {
  const made = await callApi<NewShare>('POST', `/workspaces/${workspaceId}/shares`, { kind: 'notebook', notebookId, ...(expiresInDays === undefined ? {} : { expiresInDays }) })
  if (!made.ok) {
    toasts.error(made.message)
    return null
  }
  const link = linkOf(made.value)
  if (await copyText(link, null)) toasts.show('Link copied. Anyone who has it can view this notebook live.', { action: { label: 'Manage', run: () => onManage(link) } })
  else onManage(link)
  return link
}

export const createEmbed = (workspaceId: string, target: { kind: 'dashboard'; dashboardId: string } | { kind: 'tile'; tileId: string }, allowedOrigins: string[]): Promise<Outcome<NewShare>> =>
  callApi<NewShare>('POST', `/workspaces/${workspaceId}/shares`, { ...target, allowedOrigins })

export const listLinks = (workspaceId: string, of: { notebook: string } | { dashboard: string }): Promise<Outcome<ShareSummary[]>> =>
  callApi<ShareSummary[]>('GET', `/workspaces/${workspaceId}/shares?${new URLSearchParams(of)}`)

export const revokeLink = (id: string): Promise<Outcome<null>> => callApi<null>('DELETE', `/shares/${id}`)
