/** A notebook as a file to keep or to open elsewhere. */
import { z } from 'zod'
import { EXPORT_MEDIA } from '#lib/domain/export-file.ts'
import { exportQuery, idParams } from '#lib/server/api-schemas.ts'
import { exportNotebook } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({
  name: 'export-notebook',
  summary: 'Download a notebook as a file',
  description: 'With the newest outputs. A Jupyter notebook also carries comments (for members) and locks of cells, in its metadata under `dataharbour`.',
  params: idParams,
  query: exportQuery,
  response: z.string(),
  streams: Object.values(EXPORT_MEDIA),
}, async ({ deps, actor, params, query }) => {
  const made = await exportNotebook(deps, actor, { notebookId: params.id, format: query.format })
  return made.ok ? new Response(made.value.text, { headers: made.value.headers }) : made
})
