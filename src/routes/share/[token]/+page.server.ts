/**
 * A link is opened: its token moves into a cookie that only the server reads, and the browser goes on to an address
 * without it. Who is a member of the workspace goes to the notebook itself.
 */
import { redirect } from '@sveltejs/kit'
import { newShareCookie, openNotebook, openShare, shareCookieName } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

const SECOND_MS = 1000
const COOKIE_LIVES_S = 30 * 24 * 60 * 60

export const load: PageServerLoad = async ({ locals, params, cookies, setHeaders, getClientAddress, url }) => {
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow', 'referrer-policy': 'no-referrer' })
  const { deps, actor } = locals
  const share = await openShare(deps, params.token, getClientAddress())
  if (!share.ok) pageError(share, locals)
  const { id, kind, notebookId, expiresAt } = share.value
  if (kind !== 'notebook' || notebookId === null) redirect(303, `/embed/${params.token}`)
  if (actor?.kind === 'member') {
    const own = await openNotebook(deps, { ...actor, links: [] }, notebookId)
    if (own.ok) redirect(303, `/${own.value.workspaceSlug}/n/${notebookId}`)
  }
  const left = expiresAt === null ? COOKIE_LIVES_S : Math.floor((expiresAt.getTime() - deps.now().getTime()) / SECOND_MS)
  cookies.set(shareCookieName(id), newShareCookie(params.token), { path: '/', httpOnly: true, sameSite: 'lax', secure: url.protocol === 'https:', maxAge: Math.max(1, Math.min(left, COOKIE_LIVES_S)) })
  redirect(303, `/share/n/${id}`)
}
