/**
 * Writes one attempt of a run: everything goes through one line, so rows are in the order in which things happened.
 * The first output is written at once; what comes while a write is under way, or within a moment after it, is written
 * together (a print loop is some fifty rows a second, not thousands). A loss of the database is waited out: what the
 * cell shows meanwhile waits in its order, and when that is much, the cell waits too.
 *
 * [WRITE1] Once a write is refused because the attempt is over, nothing more is written and `isOver` is true.
 */
import type { CellId, KernelId, RunId } from '#lib/domain/ids.ts'
import type { RunEvent } from '#lib/domain/run-machine.ts'
import type { RunEnvironment } from '#lib/domain/run.ts'
import { recordPackages } from '#server/compute/package-store.ts'
import { recordInputs } from '#server/provenance/record-inputs.ts'
import type { Log } from '#server/log.ts'
import { appendOutputs, type CellOutput } from '#server/runs/append-output.ts'
import { applyRunEvent, type RunChange } from '#server/runs/apply-run-event.ts'
import { changeCell, type CellChange } from '#server/runs/change-cell.ts'
import type { ClaimedRun } from '#server/runs/claim-run.ts'
import { pruneOutputs } from '#server/runs/prune-outputs.ts'
import { recordResult, resultPrefix } from '#server/runs/record-result.ts'
import type { Objects } from '#server/objects/objects.ts'
import type { Database, Sql } from '#server/store/client.ts'
import { createCellOutputs, type CellOutputs } from './cell-outputs.ts'
import { LOOK_EVERY_MS } from './cell-text.ts'
import type { Shown } from './output-from-message.ts'
import { charsOf, packOutputs, STEP_CHARS } from './pack-outputs.ts'
import { keepText } from './text-store.ts'
import { withPatience } from '../with-patience.ts'

export interface WriterDeps {
  sql: Sql
  db: Database
  log: Log
  now: () => Date
  objects: Objects
}

export interface RunWriter {
  readonly isOver: boolean
  /** Something could not be written for a reason other than the attempt's end. */
  readonly isBroken: boolean
  /** `start`, with its first cell if it has any. */
  start(cellId: CellId | null, kernel: KernelId): void
  end(event: RunEvent, reason: string | null, kernel: KernelId | null): void
  cell(cellId: CellId, state: CellChange['state'], executionCount: number | null): void
  /** Resolves when there is room for more of it; at once where that is so already. */
  show(cellId: CellId, shown: Exclude<Shown, { kind: 'environment' | 'session' }>): void | Promise<void>
  /** One more thing to write in its turn; false when the attempt is over. */
  write(step: (attempt: { runId: RunId; token: string }) => Promise<boolean>): void
  /** Kept until the end and written with it. */
  environment(environment: RunEnvironment): void
  /** Resolves when all that was handed in is written or the attempt is over. */
  flush(): Promise<void>
}

const PAUSE_MS = 20
/** A bar that writes over itself ten times a second is moving; each picture of it is a row. */
const REDRAW_PAUSE_MS = 100
/** Rows that no reader needs are emptied when there are so many characters of them. */
const PRUNE_FROM = 8_000_000
const PRUNE_AT_END_FROM = 200_000

/** So many characters may wait to be written. */
const WAITING_CHARS_MAX = 8_000_000

/** A step is done again where the connection broke over it; its number tells that it is the same. */
type Write = (batch: number) => Promise<boolean>
type Step = { chars: number } & ({ kind: 'outputs'; outputs: CellOutput[] } | { kind: 'write'; write: Write })

export function createRunWriter(deps: WriterDeps, { run, token }: ClaimedRun): RunWriter {
  const line: Step[] = []
  const cells = new Map<CellId, CellOutputs>()
  const looks = new Map<CellId, ReturnType<typeof setTimeout>>()
  const clearsLater = new Set<CellId>()
  let working: Promise<void> | null = null
  let waitingChars = 0
  let freed: PromiseWithResolvers<void> | null = null
  let batch = 0
  let writtenAt = -Infinity
  let isUrgent = false
  let isOver = false
  let isBroken = false
  let environment: RunEnvironment | null = null

  function outputsOf(cellId: CellId): CellOutputs {
    const known = cells.get(cellId) ?? createCellOutputs(run.id, () => keepText(deps, run))
    cells.set(cellId, known)
    return known
  }

  function append(cellId: CellId, output: CellOutput['output']): void {
    const cell = outputsOf(cellId)
    push(cellId, cell.take(output, performance.now()))
    prune(cellId, cell, PRUNE_FROM)
    if (cell.isWaiting && !looks.has(cellId)) looks.set(cellId, setTimeout(() => look(cellId), LOOK_EVERY_MS))
  }

  /** Nothing where there is room. */
  function room(cellId: CellId): void | Promise<void> {
    const kept = cells.get(cellId)?.room()
    if (waitingChars <= WAITING_CHARS_MAX) return kept
    freed ??= Promise.withResolvers()
    return Promise.all([kept, freed.promise]).then(() => {})
  }

  function prune(cellId: CellId, cell: CellOutputs, from: number): void {
    if (cell.staleChars < from) return
    cell.pruned()
    write(() => pruneOutputs(deps, { runId: run.id, token, cellId }))
  }

  /** A cell that printed much and then thinks shows what it printed last. */
  function look(cellId: CellId): void {
    looks.delete(cellId)
    push(cellId, cells.get(cellId)?.look(performance.now()) ?? [])
  }

  /** The cell prints no more: what waits of it is written before its end is. */
  function finish(cellId: CellId): void {
    clearTimeout(looks.get(cellId))
    looks.delete(cellId)
    const cell = cells.get(cellId)
    if (cell === undefined) return
    cells.delete(cellId)
    prune(cellId, cell, PRUNE_AT_END_FROM)
    let end: Promise<CellOutput['output'][]> | null = null
    write(async (number) => writeOutputs(number, (await (end ??= cell.finish())).map((output) => ({ cellId, output }))))
  }

  function push(cellId: CellId, shown: CellOutput['output'][]): void {
    if (shown.length === 0) return
    const outputs = packOutputs(shown.map((output) => ({ cellId, output })))
    const last = line.at(-1)
    if (last?.kind !== 'outputs') return add({ kind: 'outputs', outputs, chars: charsOf(outputs) })
    const [before] = last.outputs.splice(-1)
    const packed = packOutputs([before!, ...outputs])
    const more = charsOf(packed) - charsOf([before!])
    last.outputs.push(...packed)
    last.chars += more
    waitingChars += more
  }

  const write = (step: Write, chars = STEP_CHARS): void => add({ kind: 'write', write: step, chars })

  function add(step: Step): void {
    line.push(step)
    waitingChars += step.chars
    start()
  }

  function leave({ chars }: Step): void {
    waitingChars -= chars
    if (waitingChars > WAITING_CHARS_MAX) return
    freed?.resolve()
    freed = null
  }

  function start(): void {
    working ??= work().finally(() => {
      working = null
      if (line.length > 0) start()
    })
  }

  async function work(): Promise<void> {
    for (let step = line[0]; step !== undefined; step = line[0]) {
      if (step.kind === 'outputs') await pause(step.outputs)
      line.shift()
      if (!isOver) await writeStep(step)
      leave(step)
    }
  }

  async function writeStep(step: Step): Promise<void> {
    const number = (batch += 1)
    try {
      const isDone = await withPatience(() => (step.kind === 'write' ? step.write(number) : writeOutputs(number, step.outputs)))
      if (!isDone) isOver = true
    } catch (error) {
      isOver = isBroken = true
      deps.log.error({ err: error, runId: run.id }, 'a run could not be written; the attempt is given up')
    }
    if (step.kind === 'outputs') writtenAt = performance.now()
  }

  /** Lets more output gather behind what was just written, unless somebody waits for the end. */
  async function pause(outputs: readonly CellOutput[]): Promise<void> {
    const rest = writtenAt + (outputs.every(isRedraw) ? REDRAW_PAUSE_MS : PAUSE_MS) - performance.now()
    if (rest > 0 && !isUrgent && line.length === 1) await new Promise((resolve) => setTimeout(resolve, rest))
  }

  const change = (what: Omit<RunChange, 'runId' | 'token' | 'now'>): void => write(async () => {
    const changed = await deps.db.transaction((tx) => applyRunEvent(tx, { runId: run.id, token, now: deps.now(), ...what }))
    // A start that finds the run cancelled meanwhile is no loss of the attempt.
    return changed.ok || changed.reason === 'run-event-refused'
  })

  const writeOutputs = (number: number, outputs: CellOutput[]): Promise<boolean> => appendOutputs(deps, { runId: run.id, token, batch: number, outputs })

  async function writeTable(number: number, cellId: CellId, manifest: unknown, text: string): Promise<boolean> {
    const recorded = await recordResult(deps, { runId: run.id, token, cellId, prefix: resultPrefix(run, cellId), manifest, text })
    if (recorded.ok) return true
    if (recorded.reason === 'attempt-over') return false
    return writeOutputs(number, [{ cellId, output: { kind: 'notice', text: recorded.message } }])
  }

  function take(cellId: CellId, shown: Exclude<Shown, { kind: 'environment' | 'session' }>): void {
    if (shown.kind === 'inputs') return write(() => recordInputs(deps, { runId: run.id, token, cellId, told: shown.told }))
    if (shown.kind === 'packages') return write(() => recordPackages(deps, { runId: run.id, token, change: shown.change }))
    if (shown.kind === 'clear-later') return void clearsLater.add(cellId)
    if (clearsLater.delete(cellId)) append(cellId, { kind: 'clear' })
    if (shown.kind !== 'table') return append(cellId, shown.output)
    push(cellId, outputsOf(cellId).settle(performance.now()))
    write((number) => writeTable(number, cellId, shown.manifest, shown.text), STEP_CHARS + shown.text.length)
  }

  return {
    get isOver() {
      return isOver
    },
    get isBroken() {
      return isBroken
    },
    start: (cellId, kernel) => change({ event: 'start', ...(cellId !== null && { beginCell: cellId }), kernel: { id: kernel, state: 'busy' } }),
    write: (step) => write(() => step({ runId: run.id, token })),
    environment: (told) => void (environment = told),
    end: (event, reason, kernel) => change({ event, reason, ...(environment !== null && { environment }), kernel: kernel === null ? null : { id: kernel, state: 'idle' } }),
    cell(cellId, state, executionCount) {
      if (state !== 'running') finish(cellId)
      write(() => changeCell(deps, { runId: run.id, token, cellId, state, executionCount }))
    },
    show(cellId, shown) {
      take(cellId, shown)
      return room(cellId)
    },
    async flush() {
      isUrgent = true
      for (const cellId of [...cells.keys()]) finish(cellId)
      while (working !== null) await working
      isUrgent = false
    },
  }
}

const isRedraw = ({ output }: CellOutput): boolean => output.kind === 'stream' && output.text.includes('\r') && !output.text.includes('\n')
