/** What SQL cells can name: tables, temporary views and their columns, as the notebook's Spark session knows them. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readCatalog } from '#lib/server/door.ts'
import { catalogSchema } from '#lib/server/kernel-schemas.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({
  name: 'read-catalog',
  summary: 'List the tables and columns that SQL cells can name',
  description: 'Empty until the notebook has used Spark, which is never started for it.',
  params: idParams,
  response: catalogSchema,
}, ({ deps, actor, params }) => readCatalog(deps, actor, { notebookId: params.id }))
