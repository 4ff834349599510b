/**
 * Fold outputs: what a cell shows after one more output. Pure. Adjacent pieces of one stream are joined as a terminal
 * does it, `clear` drops what came before it, progress replaces itself, an update of a display replaces every display
 * of its id, and behind omitted text only the end is kept.
 *
 * [FOLD1] Folding the result of a fold again gives the same, so a snapshot may be sent folded.
 */
import type { Output } from './feed.ts'
import { TAIL_CHARS } from './long-text.ts'
import { NO_TEXT, writeTerminal } from './terminal-text.ts'

type Display = Extract<Output, { kind: 'display' }>
type Result = Extract<Output, { kind: 'result' }>
type Stream = Extract<Output, { kind: 'stream' }>

export function addOutput(shown: readonly Output[], output: Output): readonly Output[] {
  switch (output.kind) {
    case 'clear': return []
    case 'stream': return cutTail(addStream(shown, output))
    case 'omitted': return addOmitted(shown, output)
    case 'progress': return [...shown.filter((other) => other.kind !== 'progress'), output]
    case 'result': return addResult(shown, output)
    case 'display': return output.isUpdate ? updateDisplays(shown, output) : [...shown, output]
    default: return [...shown, output]
  }
}

/** The whole of a table takes the place of its first rows, wherever in the output that is. */
function addResult(shown: readonly Output[], output: Result): readonly Output[] {
  const at = shown.findIndex((other) => other.kind === 'result' && output.wholeOf !== undefined && other.resultId === output.wholeOf)
  return at < 0 ? [...shown, output] : shown.with(at, output)
}

function addStream(shown: readonly Output[], output: Stream): readonly Output[] {
  const last = shown.findLastIndex((other) => other.kind !== 'progress')
  const before = shown[last]
  if (before?.kind === 'stream' && before.name === output.name) return shown.with(last, written(before, output))
  return [...shown, written({ ...output, text: '', back: 0 }, output)]
}

function written(before: Stream, { name, text, back: given }: Stream): Stream {
  // A piece with a cursor was laid out already.
  const { text: whole, back } = given !== undefined && before.text === '' ? { text, back: given } : writeTerminal({ ...NO_TEXT, ...before }, text)
  return { kind: 'stream', name, text: whole, ...(back > 0 && { back }) }
}

function addOmitted(shown: readonly Output[], output: Extract<Output, { kind: 'omitted' }>): readonly Output[] {
  const at = shown.findIndex((other) => other.kind === 'omitted')
  if (at < 0) return [...shown, output]
  const counted = shown.with(at, output)
  if (!output.isJump) return counted
  const solid = counted.findLastIndex((other) => other.kind !== 'stream' && other.kind !== 'progress')
  return counted.filter((other, place) => place <= solid || other.kind !== 'stream')
}

/** Behind omitted text the oldest goes when there is too much. */
function cutTail(shown: readonly Output[]): readonly Output[] {
  const at = shown.findIndex((other) => other.kind === 'omitted')
  if (at < 0) return shown
  let over = -TAIL_CHARS
  for (const other of shown.slice(at)) over += other.kind === 'stream' ? other.text.length : 0
  if (over <= 0) return shown
  return shown.flatMap((other, place) => {
    if (place < at || other.kind !== 'stream' || over <= 0) return [other]
    const cut = Math.min(over, other.text.length)
    over -= cut
    return cut === other.text.length ? [] : [{ ...other, text: other.text.slice(cut) }]
  })
}

/** The same array when nothing has that id, so that a caller can see that nothing changed. */
export function updateDisplays(shown: readonly Output[], update: Display): readonly Output[] {
  const isTarget = (other: Output) => other.kind === 'display' && update.displayId !== null && other.displayId === update.displayId
  if (!shown.some(isTarget)) return shown
  return shown.map((other) => (isTarget(other) ? { ...update, isUpdate: false } : other))
}
