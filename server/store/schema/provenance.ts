/** What the cells of runs read, as their kernels told it; and of an exact re-run, what it is to read. */
import { foreignKey, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { CellInputs, Pins } from '#lib/domain/provenance.ts'
import { runCells, runs } from './runs.ts'

export const cellInputs = pgTable('cell_inputs', {
  runId: uuid('run_id').$type<RunId>().notNull(),
  cellId: text('cell_id').$type<CellId>().notNull(),
  inputs: jsonb('inputs').$type<CellInputs>().notNull(),
}, (table) => [
  primaryKey({ columns: [table.runId, table.cellId] }),
  foreignKey({ columns: [table.runId, table.cellId], foreignColumns: [runCells.runId, runCells.cellId] }).onDelete('cascade'),
])

/** A run that is here is an exact re-run. */
export const runPins = pgTable('run_pins', {
  runId: uuid('run_id').$type<RunId>().primaryKey().references(() => runs.id, { onDelete: 'cascade' }),
  pins: jsonb('pins').$type<Pins>().notNull(),
})
