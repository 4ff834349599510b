/** Two runs of one notebook, the earlier first: what differs in the parameters, and cell by cell in text and output. */
import { sameParameters, type Parameters } from '#lib/domain/parameter.ts'
import type { Output } from '#lib/domain/feed.ts'
import type { RunRecord } from '#lib/domain/run-summary.ts'
import type { Run } from '#lib/domain/run.ts'
import type { CellId, ResultId } from '#lib/domain/ids.ts'
import { diffNotebooks, type CellChange } from '../version/diff-notebooks.ts'
import { compareOutputs, type ComparedOutput } from './compare-outputs.ts'
import { showParameter } from './show-parameter.ts'

export interface ComparedCell {
  source: CellChange
  output: ComparedOutput
  /** Tables at the same place of what both showed. */
  tables: { before: ResultId; after: ResultId }[]
}

export interface ComparedRuns {
  before: RunRecord
  after: RunRecord
  parameters: { name: string; before: string; after: string }[]
  cells: ComparedCell[]
}

export function compareRuns(one: RunRecord, other: RunRecord): ComparedRuns {
  const [before, after] = one.run.requestedAt <= other.run.requestedAt ? [one, other] : [other, one]
  const { cells } = diffNotebooks(textOf(before.run), textOf(after.run))
  return {
    before, after, parameters: changedParameters(before.run.parameters, after.run.parameters),
    // Numbered anew: a cell that went and one that came may have stood at the same place.
    cells: cells.map((source, at) => ({ source: { ...source, number: at + 1 }, output: compareOutputs(shownBy(before, source.id), shownBy(after, source.id)), tables: pairTables(tablesOf(before, source.id), tablesOf(after, source.id)) })),
  }
}

const textOf = ({ cells }: Run) => ({ title: '', cells: cells.map(({ cellId, kind, source, rowLimit }) => ({ id: cellId, kind, source, rowLimit })) })
const shownBy = ({ outputs }: RunRecord, id: CellId): Output[] => outputs.filter((one) => one.cellId === id).map((one) => one.output)

const tablesOf = ({ outputs }: RunRecord, id: CellId): ResultId[] => outputs.flatMap(({ cellId, output }) => (cellId === id && output.kind === 'result' ? [output.resultId] : []))
const pairTables = (before: readonly ResultId[], after: readonly ResultId[]): ComparedCell['tables'] =>
  after.flatMap((id, at) => (before[at] === undefined ? [] : [{ before: before[at], after: id }]))

function changedParameters(before: Parameters, after: Parameters): ComparedRuns['parameters'] {
  if (sameParameters(before, after)) return []
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.filter((name) => before[name] !== after[name]).map((name) => ({ name, before: showParameter(before[name]), after: showParameter(after[name]) }))
}
