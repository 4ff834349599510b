/** What came out of an exact re-run: each of its tables beside the one of the first run, and why it may not be exact. */
import { asc, eq, inArray } from 'drizzle-orm'
import { isUuid, type CellId, type RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { differentInputs, UNTRACKED_SENTENCES, verdictState, type CellInputs, type ComparedTable, type TableVerdict, type Verdict } from '#lib/domain/provenance.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { authorizeRun } from '../runs/read-run.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { compareRows } from './compare-rows.ts'
import { inputsOfRun, pinsOfRun } from './run-inputs.ts'

type VerdictDeps = Pick<Deps, 'db' | 'reader'>
type ResultRow = typeof results.$inferSelect

const VACUUMED = /vacuum|FILE_NOT_EXIST|FileNotFound|FILE_NOT_FOUND|VERSION_NOT_FOUND|VersionNotFound|no longer available/i
const LOST_FILES = 'A version that was read can no longer be read: its files were vacuumed, or its log was cleaned up.'
const OWN_KERNEL = 'The re-run failed. It goes in a kernel of its own, where nothing of other runs is known: repeat a run of the whole notebook if this one used what earlier cells had made.'

export async function readVerdict(deps: VerdictDeps, actor: Actor | null, runId: string, signal: AbortSignal): Promise<Outcome<Verdict, AuthorizeRefusal | 'cancelled'>> {
  const missing = refuse('not-found', 'There is no such run, or it does not repeat another one exactly.')
  if (!isUuid(runId)) return missing
  const allowed = await authorizeRun(deps, actor, runId, 'result:read')
  if (!allowed.ok) return allowed
  if (allowed.value.shareId !== null) return refuse('not-allowed', 'What an exact re-run came to is shown to members of the workspace only.')
  const id = runId as RunId
  const [[run], pins] = await Promise.all([deps.db.select().from(runs).where(eq(runs.id, id)), pinsOfRun(deps.db, id)])
  if (run === undefined || pins === null || run.rerunOf === null) return missing
  const firstRunId = run.rerunOf as RunId
  if (run.finishedAt === null) return accept({ state: 'waiting', firstRunId, tables: [], reasons: [] })
  const [tables, reasons] = await Promise.all([compareTables(deps, firstRunId, id, signal), findReasons(deps, firstRunId, run)])
  if (signal.aborted) return refuse('cancelled', 'Nobody waited for this verdict any more.')
  return accept({ state: verdictState(run.state === 'succeeded', tables), firstRunId, tables, reasons })
}

async function compareTables(deps: VerdictDeps, first: RunId, second: RunId, signal: AbortSignal): Promise<ComparedTable[]> {
  const rows = await deps.db.select().from(results).where(inArray(results.runId, [first, second])).orderBy(asc(results.createdAt), asc(results.path))
  const [before, after] = [placed(rows, first), placed(rows, second)]
  const compared: ComparedTable[] = []
  // One after another: each may be as large as the reader can hold.
  for (const place of new Set([...before.keys(), ...after.keys()])) {
    if (signal.aborted) break
    const [one, other] = [before.get(place) ?? null, after.get(place) ?? null]
    const [cellId, nth] = place.split(' ')
    compared.push({ cellId: cellId as CellId, nth: Number(nth), before: one?.id ?? null, after: other?.id ?? null, verdict: await compare(deps, one, other, signal) })
  }
  return compared
}

function placed(rows: readonly ResultRow[], runId: RunId): Map<string, ResultRow> {
  const byPlace = new Map<string, ResultRow>()
  const counts = new Map<string, number>()
  const whole = new Map(rows.map((row) => [row.wholeOf, row]))
  for (const part of rows.filter((one) => one.runId === runId && one.wholeOf === null)) {
    const row = part.removedAt === null ? part : (whole.get(part.id) ?? part)
    const nth = counts.get(row.cellId) ?? 0
    counts.set(row.cellId, nth + 1)
    byPlace.set(`${row.cellId} ${nth}`, row)
  }
  return byPlace
}

async function compare(deps: VerdictDeps, before: ResultRow | null, after: ResultRow | null, signal: AbortSignal): Promise<TableVerdict> {
  if (before === null || after === null) return { state: 'missing' }
  if (before.removedAt !== null || after.removedAt !== null) return { state: 'not-compared', message: 'One of the two tables was removed by the workspace’s rule for results.' }
  if (before.truncated !== after.truncated) return { state: 'not-compared', message: 'One of the two runs kept all rows, the other only the first.' }
  if (JSON.stringify(before.columns) !== JSON.stringify(after.columns)) return { state: 'columns-differ' }
  const found = await compareRows(deps.reader, before, after, signal)
  if (!found.ok) return { state: 'not-compared', message: found.message }
  const { onlyBefore, onlyAfter, rounded } = found.value
  const isCut = before.truncated && after.truncated
  if (onlyBefore + onlyAfter > 0) return { state: 'differs', onlyBefore, onlyAfter, isCut }
  return { state: 'identical', rounded, rows: before.rows, isCut }
}

async function findReasons(deps: VerdictDeps, first: RunId, run: typeof runs.$inferSelect): Promise<Verdict['reasons']> {
  const [cells, before, after] = await Promise.all([
    deps.db.select({ cellId: runCells.cellId, state: runCells.state }).from(runCells).where(eq(runCells.runId, run.id)).orderBy(asc(runCells.position)),
    inputsOfRun(deps.db, first), inputsOfRun(deps.db, run.id),
  ])
  return cells.flatMap(({ cellId, state }) => {
    const sentences = state === 'failed' ? [VACUUMED.test(run.reason ?? '') ? LOST_FILES : OWN_KERNEL] : state === 'succeeded' ? sentencesFor(before.get(cellId) ?? null, after.get(cellId) ?? null) : []
    return sentences.length === 0 ? [] : [{ cellId, sentences }]
  })
}

function sentencesFor(before: CellInputs | null, after: CellInputs | null): string[] {
  if (before === null) return ['The first run did not tell what it read, so nothing could be held still.']
  const others = differentInputs(before, after)
  const unsure = before.tables.filter(({ isSure }) => !isSure)
  return [
    ...before.untracked.map((reason) => UNTRACKED_SENTENCES[reason]),
    ...(unsure.length > 0 ? ['A table was written while the first run read it, so its version then is not certain.'] : []),
    ...(others.length > 0 ? [`Not read as in the first run: ${others.join(', ')}.`] : []),
  ]
}
