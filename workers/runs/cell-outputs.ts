/**
 * What one cell of a run shows, within its limits: text by cell-text, pictures and pages by limit-displays. Text that
 * waits is shown before anything that stands below it, so the order is kept.
 */
import type { Output } from '#lib/domain/feed.ts'
import type { RunId } from '#lib/domain/ids.ts'
import { createCellText, type CellText } from './cell-text.ts'
import { createDisplayLimit, sizeOf } from './limit-displays.ts'
import type { KeptText } from './text-store.ts'

export interface CellOutputs {
  take(output: Output, now: number): Output[]
  /** What waits, before a table is shown below it. */
  settle(now: number): Output[]
  /** What waits, once its time has come. */
  look(now: number): Output[]
  /** After the last output: keeps the whole text, then gives the end of it. */
  finish(): Promise<Output[]>
  /** A promise of it where too much of the text waits to be kept. */
  room(): void | Promise<void>
  readonly isWaiting: boolean
  /** About how much of what was shown is not shown any more: cleared, or updated. */
  readonly staleChars: number
  pruned(): void
}

export function createCellOutputs(runId: RunId, keep: () => KeptText): CellOutputs {
  const limitDisplays = createDisplayLimit()
  let kept: KeptText | null = null
  let text: CellText = fresh()
  let shownChars = 0
  let staleChars = 0
  const byId = new Map<string, number>()

  function fresh(): CellText {
    kept = null
    return createCellText(runId, () => (kept = keep()))
  }

  /** Counts before anything is limited: what is dropped by a limit is rare, and never written. */
  function count(output: Output): void {
    if (output.kind === 'clear') {
      staleChars += shownChars
      shownChars = 0
    }
    if (output.kind === 'stream') shownChars += output.text.length
    if (output.kind !== 'display') return
    const size = sizeOf(output)
    if (!output.isUpdate) shownChars += size
    else staleChars += byId.get(output.displayId ?? '') ?? 0
    if (output.isUpdate && output.displayId !== null) byId.set(output.displayId, size)
  }

  return {
    take(output, now) {
      count(output)
      if (output.kind === 'stream') return text.print(output, now)
      if (output.kind === 'progress') return [output]
      if (output.kind === 'clear') text = fresh()
      return [...text.settle(now), ...limitDisplays(output)]
    },
    settle: (now) => text.settle(now),
    look: (now) => text.look(now),
    async finish() {
      await kept?.flush()
      return text.finish(performance.now())
    },
    room: () => kept?.room(),
    get isWaiting() {
      return text.isWaiting
    },
    get staleChars() {
      return staleChars
    },
    pruned: () => void (staleChars = 0),
  }
}
