/** Schemas of runs and of what they show, for the API's routes and its document. */
import { z } from 'zod'
import { CELL_KINDS } from '#lib/domain/cell.ts'
import { KERNEL_STATES } from '#lib/domain/kernel.ts'
import { INPUT_STATES, UNTRACKED } from '#lib/domain/provenance.ts'
import { RUN_CAUSES, RUN_CELL_STATES, RUN_STATES } from '#lib/domain/run.ts'
import { instant } from './api-schemas.ts'

const cellId = z.string().max(64)

export const scopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cell'), cellId }),
  z.strictObject({ kind: z.literal('cells'), cellIds: z.array(cellId).min(1).max(2000) }),
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('above'), cellId }),
  z.strictObject({ kind: z.literal('below'), cellId }),
  z.strictObject({ kind: z.literal('to'), cellId }),
  z.strictObject({ kind: z.literal('stale') }),
]).meta({ id: 'RunScope', description: '`above` leaves the named cell out, `below` and `to` take it in. `stale` is every cell that never ran well or was changed since it did, its text or the inputs.' })

/** As a run has it: besides cells, the whole of a table. */
export const runScopeSchema = z.union([scopeSchema, z.strictObject({ kind: z.literal('whole-result'), resultId: z.uuid(), cellId }).meta({ id: 'WholeScope', description: 'No cell runs: a table of which the first rows were kept is written whole.' })])

export const rowLimitSchema = z.union([z.literal(1000), z.literal(10_000), z.literal(100_000), z.null()]).meta({ description: 'Rows that each table keeps; null: all of them.' })

export const parameterValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const tableViewsSchema = z.record(z.string(), z.unknown()).meta({ description: 'How everybody looks at the tables of the cell, by their place in what it shows: sort, filter, columns, chart. What is no such view is dropped.' })
const parameters = z.record(z.string(), parameterValue)

const runCell = z.object({
  cellId, position: z.int(), kind: z.enum(CELL_KINDS), source: z.string(), sourceDigest: z.string(), rowLimit: rowLimitSchema, state: z.enum(RUN_CELL_STATES),
  executionCount: z.int().nullable(), startedAt: instant.nullable(), finishedAt: instant.nullable(),
}).meta({ id: 'RunCell' })

export const runSchema = z.object({
  id: z.uuid(), notebookId: z.uuid(), cause: z.enum(RUN_CAUSES), requestedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  scope: runScopeSchema, parameters, rerunOf: z.uuid().nullable(), hasFreshKernel: z.boolean(), queueRank: z.int(), timeoutSeconds: z.int().nullable(), cellTimeoutSeconds: z.int().nullable(),
  state: z.enum(RUN_STATES), reason: z.string().nullable(), attempt: z.int(),
  requestedAt: instant, startedAt: instant.nullable(), finishedAt: instant.nullable(), cells: z.array(runCell),
}).meta({ id: 'Run' })

const inputTable = z.object({
  name: z.string().nullable(), path: z.string(), version: z.int(),
  isFixed: z.boolean().meta({ description: 'The code itself asks for this version.' }),
  isSure: z.boolean().meta({ description: 'False where the table was written while it was read.' }),
}).meta({ id: 'InputTable' })
const cellLink = z.object({ cellId, runId: z.uuid() }).meta({ description: 'An earlier cell whose variable or view was used, directly or by another cell, and the run of it that made it.' })
const untracked = z.array(z.enum(UNTRACKED)).meta({ description: 'What of the inputs could not be known.' })

export const provenanceRequest = z.strictObject({ cells: z.array(z.strictObject({ runId: z.uuid(), cellId })).max(100) })
export const provenanceSchema = z.array(z.object({
  runId: z.uuid(), cellId,
  inputs: z.object({ tables: z.array(inputTable.extend({ state: z.enum(INPUT_STATES), newest: z.int().nullable() })), untracked, cells: z.array(cellLink.extend({ digest: z.string().meta({ description: 'Of the text that ran then.' }) })) }).nullable()
    .meta({ description: 'Null where the run did not tell what it read.' }),
}).meta({ id: 'CellProvenance' }))

const tableVerdict = z.discriminatedUnion('state', [
  z.object({ state: z.literal('identical'), rounded: z.int().meta({ description: 'Rows that differ in the last digits of floating-point numbers only.' }), rows: z.int().meta({ description: 'Rows that were compared.' }), isCut: z.boolean().meta({ description: 'They are the first of more in both runs; whether the others are identical is not known.' }) }),
  z.object({ state: z.literal('differs'), onlyBefore: z.int(), onlyAfter: z.int(), isCut: z.boolean().meta({ description: 'Of both runs only the first rows of more are kept.' }) }),
  z.object({ state: z.literal('columns-differ') }),
  z.object({ state: z.literal('missing') }),
  z.object({ state: z.literal('not-compared'), message: z.string() }),
])
export const verdictSchema = z.object({
  state: z.enum(['waiting', 'identical', 'differs', 'failed', 'nothing', 'not-compared']).meta({ description: '`identical`: in all rows that are kept, which are not all of a table with `isCut`.' }), firstRunId: z.uuid(),
  tables: z.array(z.object({ cellId, nth: z.int(), before: z.uuid().nullable(), after: z.uuid().nullable(), verdict: tableVerdict })),
  reasons: z.array(z.object({ cellId, sentences: z.array(z.string()) })).meta({ description: 'Why it cannot be a repetition in every respect.' }),
}).meta({ id: 'Verdict' })

export const runDetailSchema = runSchema.extend({
  environment: z.object({ python: z.string(), spark: z.string().nullable(), packages: z.record(z.string(), z.string()) }).nullable()
    .meta({ description: 'What it ran on, told by its kernel after its first cell. `spark` is null when Spark was not used.' }),
  inputs: z.array(z.object({ cellId, tables: z.array(inputTable), untracked, cells: z.array(cellLink).optional() })).meta({ description: 'What each cell read, told by its kernel when it was done.' }),
  isExact: z.boolean().meta({ description: 'Repeats another run with every table as that run read it.' }),
}).meta({ id: 'RunDetail' })

/** Passed through as they are: the worker made them, and their shapes are documented with the feed. */
export const output = z.looseObject({ kind: z.enum(['stream', 'omitted', 'display', 'result', 'error', 'progress', 'notice', 'clear']) }).meta({ id: 'Output' })

export const kernelSchema = z.object({ state: z.enum(KERNEL_STATES), reason: z.string().nullable() }).meta({ id: 'Kernel' })

export const snapshotSchema = z.object({
  seq: z.int().meta({ description: 'The feed’s number that this is the state of: follow the feed with `after` set to it.' }),
  kernel: kernelSchema, runs: z.array(runSchema), outputs: z.array(z.object({ runId: z.uuid(), cellId, output })),
  history: z.array(z.object({ cellId, sourceDigest: z.string(), parameters, spansMs: z.array(z.number()) })).meta({ description: 'Of each cell that ever ran well: what it ran last, and how long the last good runs took, newest first.' }),
}).meta({ id: 'NotebookOutputs' })

export const runListQuery = z.strictObject({
  open: z.enum(['true', 'false']).transform((text) => text === 'true').optional().meta({ description: 'Only runs that have not ended, or only those that have.' }),
  before: z.iso.datetime().transform((text) => new Date(text)).optional().meta({ description: 'Runs requested before this instant: the next page.' }),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})
