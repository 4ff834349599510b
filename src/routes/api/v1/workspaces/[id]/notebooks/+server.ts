/** The notebooks of a workspace: list them, make one. */
import { z } from 'zod'
import { CELL_KINDS, type Cell } from '#lib/domain/cell.ts'
import { isCellId, type CellId } from '#lib/domain/ids.ts'
import { CELLS_MAX, SOURCE_MAX } from '#lib/domain/notebook.ts'
import { checkValue, readInput } from '#lib/domain/parameter.ts'
import { readSharedViews } from '#lib/domain/shared-views.ts'
import { folderField, notebookSchema, titleField, workspaceParams } from '#lib/server/api-schemas.ts'
import { createNotebook, listNotebooks } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { parameterValue, rowLimitSchema, tableViewsSchema } from '#lib/server/run-schemas.ts'

const cell = z.strictObject({
  id: z.string().refine(isCellId, 'use 1 to 64 letters, digits, - or _').transform((id) => id as CellId),
  kind: z.enum(CELL_KINDS),
  source: z.string().max(SOURCE_MAX).meta({ description: 'Of an input cell: its definition as JSON, such as {"name": "day", "type": "date"}.' }),
  value: parameterValue.optional().meta({ description: 'Of an input cell: what it is set to, as its definition allows.' }),
  rowLimit: rowLimitSchema.optional(),
  tableViews: tableViewsSchema.transform(readSharedViews).optional(),
}).superRefine((one, context) => {
  const problem = valueProblem(one)
  if (problem !== null) context.addIssue({ code: 'custom', path: ['value'], message: problem })
})

function valueProblem({ kind, source, value }: Pick<Cell, 'kind' | 'source' | 'value'>): string | null {
  if (value === undefined) return null
  const definition = kind === 'input' ? readInput(source) : null
  if (definition === null) return 'only an input that can be read has a value'
  const checked = checkValue(definition, value)
  return checked.ok ? null : checked.message
}

export const GET = route({
  name: 'list-notebooks',
  summary: 'List notebooks',
  description: 'Newest change first. `folder` keeps one folder; `trashed=true` gives those in the trash.',
  params: workspaceParams,
  query: z.strictObject({ folder: z.string().optional(), trashed: z.enum(['true', 'false']).optional() }),
  response: z.array(notebookSchema),
}, ({ deps, actor, params, query }) => listNotebooks(deps, actor, { workspaceId: params.id, folder: query.folder, isTrashed: query.trashed === 'true' }))

export const POST = route({
  name: 'create-notebook',
  summary: 'Create a notebook',
  params: workspaceParams,
  body: z.strictObject({ title: titleField.default('Untitled'), folder: folderField.default(''), cells: z.array(cell).max(CELLS_MAX).optional() }),
  bodyBytes: 2 ** 26,
  response: notebookSchema,
  status: 201,
}, ({ deps, actor, params, body, requestId }) => createNotebook(deps, actor, { workspaceId: params.id, ...body, requestId }))
