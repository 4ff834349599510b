/**
 * Fold outputs: what a cell shows after one more output. Pure. Adjacent pieces of one stream are joined, `clear`
 * drops what came before it, progress replaces itself, and an update of a display replaces every display of its id.
 */
import type { Output } from './feed.ts'
import { appendTerminalText } from './terminal-text.ts'

type Display = Extract<Output, { kind: 'display' }>

export function addOutput(shown: readonly Output[], output: Output): readonly Output[] {
  if (output.kind === 'clear') return []
  if (output.kind === 'stream') return addStream(shown, output)
  if (output.kind === 'progress') return [...shown.filter((other) => other.kind !== 'progress'), output]
  if (output.kind === 'display' && output.isUpdate) return updateDisplays(shown, output)
  return [...shown, output]
}

function addStream(shown: readonly Output[], output: Extract<Output, { kind: 'stream' }>): readonly Output[] {
  const last = shown.findLastIndex((other) => other.kind !== 'progress')
  const before = shown[last]
  if (before?.kind !== 'stream' || before.name !== output.name) return [...shown, { ...output, text: appendTerminalText('', output.text) }]
  return shown.with(last, { ...before, text: appendTerminalText(before.text, output.text) })
}

/** The same array when nothing has that id, so that a caller can see that nothing changed. */
export function updateDisplays(shown: readonly Output[], update: Display): readonly Output[] {
  const isTarget = (other: Output) => other.kind === 'display' && update.displayId !== null && other.displayId === update.displayId
  if (!shown.some(isTarget)) return shown
  return shown.map((other) => (isTarget(other) ? { ...update, isUpdate: false } : other))
}
