/** The beginning of a file: rows, or text. */
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { fileQuery, previewSchema } from '#lib/server/data-schemas.ts'
import { previewFile } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'preview-file', summary: 'Look at the beginning of a file', description: 'The first rows of CSV, JSON and Parquet, the first 64 kB of a text.', params: workspaceParams, query: fileQuery, response: previewSchema },
  ({ deps, actor, params, query }) => previewFile(deps, actor, { workspaceId: params.id, path: query.path }))
