/** The newest good result of each cell of a notebook. */
import { z } from 'zod'
import { CELL_KINDS } from '#lib/domain/cell.ts'
import { idParams, instant } from '#lib/server/api-schemas.ts'
import { listCellResults } from '#lib/server/door.ts'
import { columnSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'

const cellResult = z.object({
  cellId: z.string(), kind: z.enum(CELL_KINDS), label: z.string(), resultId: z.uuid(), columns: z.array(columnSchema),
  rows: z.int(), truncated: z.boolean(), finishedAt: instant,
}).meta({ id: 'CellResult' })

export const GET = route({ name: 'list-cell-results', summary: 'List the newest good result of each cell', params: idParams, response: z.array(cellResult) },
  ({ deps, actor, params }) => listCellResults(deps, actor, params.id))
