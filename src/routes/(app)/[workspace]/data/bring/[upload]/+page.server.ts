import { listImports, readUpload } from '#lib/server/door.ts'
import { isUuid } from '#lib/domain/ids.ts'
import { refuse } from '#lib/domain/outcome.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const { deps, actor } = locals
  const gone = refuse('not-found', 'There is no such upload any more. Choose the file again.')
  if (!isUuid(params.upload)) pageError(gone, locals)
  const upload = await readUpload(deps, actor, params.upload)
  // A store that is away is told when the file is looked at.
  if (!upload.ok && upload.reason === 'not-allowed') pageError(upload, locals)
  const made = await listImports(deps, actor, { workspaceId: params.workspace, uploadId: params.upload })
  if (!made.ok) pageError(made, locals)
  if (!upload.ok && made.value.length === 0) pageError(upload, locals)
  return { upload: upload.ok ? upload.value : null, current: made.value[0] ?? null }
}
