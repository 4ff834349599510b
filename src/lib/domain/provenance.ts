/**
 * Provenance: where what a cell shows came from. A run keeps, for each of its cells, which Delta tables were read and at
 * which version, which earlier cells it builds on, and what of it could not be known. From that comes whether an output
 * still stands, and whether the run can be done again exactly.
 *
 * [PROV1] `fresh` is said only where everything that was read is known and is today as it was then, and so are the
 * cells that it builds on.
 */
import type { CellId, ResultId, RunId } from './ids.ts'
import { sameParameters, type Parameters } from './parameter.ts'

/** What cannot be known of a cell, in the words of its kernel. */
export const UNTRACKED = ['python', 'rows', 'files', 'database', 'function', 'chance', 'clock', 'cached', 'checkpoint', 'elsewhere', 'instant', 'other-source', 'many', 'unknown'] as const
export type Untracked = (typeof UNTRACKED)[number]

export const UNTRACKED_SENTENCES: Record<Untracked, string> = {
  python: 'Python made what is shown. What Python itself reads (files, the network, earlier variables) is not tracked.',
  rows: 'Rows came from Python variables and not from a table.',
  files: 'Files that are no Delta table were read: they have no versions.',
  database: 'Another database was read: it has no versions here.',
  function: 'A Python function computed some of it. What it reads is not tracked.',
  chance: 'Random values are in it: they come out different each time.',
  clock: 'The time of the run is in it.',
  cached: 'A cached frame was used: its rows may be older than the table.',
  checkpoint: 'A checkpoint was used: what it was made of is not known.',
  elsewhere: 'A table outside this workspace’s storage was read.',
  instant: 'The code asks for a table as of an instant, not a version.',
  'other-source': 'Another source than a table was read.',
  many: 'It asked Spark for more than could be looked at.',
  unknown: 'What it read could not be found out.',
}

export interface InputTable {
  /** Null where the code gave a path. */
  name: string | null
  /** Key of its folder. */
  path: string
  version: number
  /** The code itself asks for this version. */
  isFixed: boolean
  /** No: the table was written while it was read, so the version may be its neighbour. */
  isSure: boolean
}

/** An earlier cell whose variable or view was used, directly or by another one. */
export interface CellLink {
  cellId: CellId
  /** The run of it that made what was used. */
  runId: RunId
}

export interface CellInputs {
  tables: InputTable[]
  untracked: Untracked[]
  /** Missing in what older runs told. */
  cells?: CellLink[]
}

/** With the digest of the text that ran then. */
export interface CellLinkNow extends CellLink {
  digest: string
}

/** A cell that was built on, today: as it was, of another text, run again since, or deleted. */
export type LinkState = 'same' | 'changed' | 'ran-again' | 'gone'

/** `now`: undefined where the notebook has no such cell any more. */
export function linkState(link: CellLinkNow, now: { digest: string; newestRunId: string | null } | undefined): LinkState {
  if (now === undefined) return 'gone'
  if (now.digest !== link.digest) return 'changed'
  return now.newestRunId === null || now.newestRunId === link.runId ? 'same' : 'ran-again'
}

/** A table today: as it was read, written since, made anew at the same place, or gone. */
export const INPUT_STATES = ['same', 'moved', 'remade', 'gone'] as const
export type InputState = (typeof INPUT_STATES)[number]

export interface InputNow extends InputTable {
  state: InputState
  /** Null where it is gone. */
  newest: number | null
}

export interface CellProvenance {
  runId: RunId
  cellId: CellId
  /** Null where the run never told: it is older than this, or its kernel died. */
  inputs: { tables: InputNow[]; untracked: Untracked[]; cells: CellLinkNow[] } | null
}

export type ProvenanceState = 'fresh' | 'code-changed' | 'parameters-changed' | 'cells-changed' | 'inputs-moved' | 'not-tracked'

export interface RanAndNow {
  ran: { digest: string; parameters: Parameters }
  now: { digest: string; parameters: Parameters }
  inputs: CellProvenance['inputs']
  /** Of each cell that it builds on. */
  links: readonly LinkState[]
}

export function provenanceState({ ran, now, inputs, links }: RanAndNow): ProvenanceState {
  if (ran.digest !== now.digest) return 'code-changed'
  if (!sameParameters(ran.parameters, now.parameters)) return 'parameters-changed'
  if (links.some((state) => state !== 'same')) return 'cells-changed'
  if (inputs?.tables.some(({ state }) => state !== 'same') === true) return 'inputs-moved'
  return inputs === null || inputs.untracked.length > 0 || inputs.tables.some(({ isSure }) => !isSure) ? 'not-tracked' : 'fresh'
}

export const nameOfInput = ({ name, path }: Pick<InputTable, 'name' | 'path'>): string => name ?? path.split('/').slice(-1)[0] ?? path

/** A table that an exact re-run reads at the version of then. */
export type Pin = Pick<InputTable, 'name' | 'path' | 'version'>
export type Pins = Record<CellId, Pin[]>

/**
 * What each cell of a re-run must read: what it read then; and of what it did not read itself, what the others did, since a
 * frame or a view that one cell makes may be read in another. What the code fixes needs no pin.
 */
export function pinsOf(cells: readonly { cellId: CellId; inputs: CellInputs | null }[]): Pins {
  const all = cells.flatMap(({ inputs }) => inputs?.tables ?? []).filter(({ isFixed }) => !isFixed)
  return Object.fromEntries(cells.map(({ cellId, inputs }) => {
    const own = (inputs?.tables ?? []).filter(({ isFixed }) => !isFixed)
    const pins = new Map<string, Pin>()
    for (const { name, path, version } of [...own, ...all]) if (!pins.has(path)) pins.set(path, { name, path, version })
    return [cellId, [...pins.values()]]
  })) as Pins
}

/** Whether a re-run read what the first run did; names what did not come out so. */
export function differentInputs(before: CellInputs | null, after: CellInputs | null): string[] {
  const read = (inputs: CellInputs | null) => new Map((inputs?.tables ?? []).map((table) => [`${table.path}@${table.version}`, nameOfInput(table)]))
  const [first, second] = [read(before), read(after)]
  return [...new Set([...[...first].filter(([key]) => !second.has(key)), ...[...second].filter(([key]) => !first.has(key))].map(([, name]) => name))]
}

/** How the rows of two tables differ as multisets: rows in one that the other has not, however they are ordered. */
export interface RowDifference {
  onlyBefore: number
  onlyAfter: number
  /** Rows that are alike but for the last digits of floating-point numbers are no difference; so many are. */
  rounded: number
}

export type TableVerdict =
  /** `rows`: that were compared. `isCut`: they are the first of more in both, so nobody knows of the others. */
  | { state: 'identical'; rounded: number; rows: number; isCut: boolean }
  /** `isCut`: of both only the first rows were kept, and which those are may differ each time. */
  | { state: 'differs'; onlyBefore: number; onlyAfter: number; isCut: boolean }
  | { state: 'columns-differ' }
  /** Only one of the two runs has this table. */
  | { state: 'missing' }
  | { state: 'not-compared'; message: string }

export interface ComparedTable {
  cellId: CellId
  /** Its place among the tables of its cell. */
  nth: number
  before: ResultId | null
  after: ResultId | null
  verdict: TableVerdict
}

export interface Verdict {
  /** `waiting` until the re-run has ended; `nothing` where neither run has a table. */
  state: 'waiting' | 'identical' | 'differs' | 'failed' | 'nothing' | 'not-compared'
  firstRunId: RunId
  tables: ComparedTable[]
  /** Why it cannot be a repetition in every respect, by cell. */
  reasons: { cellId: CellId; sentences: string[] }[]
}

export function verdictState(hasSucceeded: boolean, tables: readonly ComparedTable[]): Verdict['state'] {
  if (!hasSucceeded) return 'failed'
  if (tables.length === 0) return 'nothing'
  if (tables.some(({ verdict }) => verdict.state === 'differs' || verdict.state === 'columns-differ' || verdict.state === 'missing')) return 'differs'
  return tables.some(({ verdict }) => verdict.state === 'not-compared') ? 'not-compared' : 'identical'
}
