/** Makes waiting outputs fewer before they are written: joins a stream's pieces, keeps the last of progress and of updates to one display. And how much they are. Pure. */
import type { CellOutput } from '#server/runs/append-output.ts'
import { sizeOf } from './limit-displays.ts'

/** What is counted of anything beside its text. */
export const STEP_CHARS = 500

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

export const charsOf = (outputs: readonly CellOutput[]): number => outputs.reduce((sum, { output }) => sum + STEP_CHARS + textChars(output), 0)

function textChars(output: CellOutput['output']): number {
  if (output.kind === 'stream' || output.kind === 'notice') return output.text.length
  if (output.kind === 'display') return sizeOf(output)
  return output.kind === 'error' ? output.frames.join('').length + output.message.length : 0
}
