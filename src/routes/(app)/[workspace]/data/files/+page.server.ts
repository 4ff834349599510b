import { redirect } from '@sveltejs/kit'
import { listFiles, previewFile } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

const STAYS = new Set(['storage-unavailable', 'reader-unavailable', 'reader-timeout'])

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('dataharbour:files')
  const { deps, actor } = locals
  const path = url.searchParams.get('path')
  if (path !== null) {
    const preview = await previewFile(deps, actor, { workspaceId: params.workspace, path })
    if (!preview.ok && !STAYS.has(preview.reason)) pageError(preview, locals)
    return { path, preview: preview.ok ? preview.value : null, content: null, problem: preview.ok ? null : preview.message }
  }
  const content = await listFiles(deps, actor, { workspaceId: params.workspace, folder: url.searchParams.get('folder') ?? '' })
  if (!content.ok && content.reason === 'path-invalid') redirect(307, url.pathname)
  if (!content.ok && !STAYS.has(content.reason)) pageError(content, locals)
  return { path: null, preview: null, content: content.ok ? content.value : null, problem: content.ok ? null : content.message }
}
