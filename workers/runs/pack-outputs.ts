/** Makes waiting outputs fewer before they are written: joins a stream's pieces, keeps the last of progress and of updates to one display. Pure. */
import type { CellOutput } from '#server/runs/append-output.ts'

export function packOutputs(waiting: readonly CellOutput[]): CellOutput[] {
  const packed: CellOutput[] = []
  for (const next of waiting) {
    const last = packed.at(-1)
    if (last !== undefined && joins(last, next)) packed[packed.length - 1] = join(last, next)
    else packed.push(next)
  }
  return packed
}

function joins({ cellId, output: a }: CellOutput, { cellId: other, output: b }: CellOutput): boolean {
  if (cellId !== other || a.kind !== b.kind) return false
  if (a.kind === 'stream' && b.kind === 'stream') return a.name === b.name
  if (a.kind === 'display' && b.kind === 'display') return a.isUpdate && b.isUpdate && a.displayId === b.displayId
  return a.kind === 'progress' || a.kind === 'clear'
}

const join = (a: CellOutput, b: CellOutput): CellOutput =>
  a.output.kind === 'stream' && b.output.kind === 'stream' ? { ...b, output: { ...b.output, text: a.output.text + b.output.text } } : b
