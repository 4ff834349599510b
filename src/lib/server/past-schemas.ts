/** Schemas of a notebook's past, for the API's routes and its document. */
import { z } from 'zod'
import { CELL_KINDS } from '#lib/domain/cell.ts'
import { END_STATES, RUN_CAUSES, RUN_CELL_STATES } from '#lib/domain/run.ts'
import { instant } from './api-schemas.ts'
import { output, parameterValue } from './run-schemas.ts'

export const asOfQuery = z.strictObject({ asOf: z.string().max(40).meta({ description: 'In UTC, to the millisecond.', example: '2026-03-01T09:30:00.000Z' }) })

export const stopSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('version'), at: instant, id: z.uuid(), name: z.string().nullable(), people: z.array(z.string()) }),
  z.object({ kind: z.literal('run'), at: instant, id: z.uuid(), state: z.enum(END_STATES), cause: z.enum(RUN_CAUSES), by: z.string().nullable(), cells: z.int() }),
]).meta({ id: 'Stop' })

export const pastSchema = z.object({
  asOf: instant, title: z.string(),
  version: z.object({ id: z.uuid(), name: z.string().nullable(), at: instant }).nullable().meta({ description: 'Whose text it is; null when none from then is kept.' }),
  cells: z.array(z.object({
    id: z.string(), kind: z.enum(CELL_KINDS), source: z.string().nullable(),
    value: parameterValue.optional().meta({ description: 'Of an input: what it was set to then.' }),
    ran: z.object({ runId: z.uuid(), source: z.string(), state: z.enum(RUN_CELL_STATES), finishedAt: instant }).nullable().meta({ description: 'The newest run of the cell that had ended, with the text that it ran.' }),
    outputs: z.array(output), gone: z.array(z.uuid()).meta({ description: 'Results among the outputs whose tables were removed since.' }),
  })),
}).meta({ id: 'Past' })
