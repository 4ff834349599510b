/** The files of a workspace: a folder of them; one into the bin. */
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { binnedSchema, fileQuery, folderQuery, folderSchema } from '#lib/server/data-schemas.ts'
import { binFile, listFiles } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-files', summary: 'List a folder of the workspace’s files', params: workspaceParams, query: folderQuery, response: folderSchema },
  ({ deps, actor, params, query }) => listFiles(deps, actor, { workspaceId: params.id, folder: query.folder }))

export const DELETE = route({ name: 'bin-file', summary: 'Put a file into the bin', description: 'It can be restored for 30 days. Refused while a run that names it is open.', params: workspaceParams, query: fileQuery, response: binnedSchema, status: 202 },
  ({ deps, actor, params, query, requestId }) => binFile(deps, actor, { workspaceId: params.id, path: query.path, requestId }))
