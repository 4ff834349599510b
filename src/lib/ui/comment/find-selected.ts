/** What is selected of a text that is painted, found in its source: null when it stands there more than once, or differently. */
import type { TextRange } from '#lib/document/text-anchor.ts'

export function findSelected(cellId: string, source: string): TextRange | null {
  const selection = getSelection()
  const cell = document.getElementById(`cell-${cellId}`)
  if (selection === null || selection.rangeCount === 0 || cell?.contains(selection.getRangeAt(0).commonAncestorContainer) !== true) return null
  return findOnce(source, selection.toString().trim())
}

export function findOnce(source: string, wanted: string): TextRange | null {
  const start = wanted === '' ? -1 : source.indexOf(wanted)
  return start === -1 || source.indexOf(wanted, start + 1) !== -1 ? null : { start, end: start + wanted.length }
}
