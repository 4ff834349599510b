/**
 * Text anchor: a piece of a cell's text that keeps its place while people type around it and inside it. Its ends are
 * Yjs relative positions that hold on to the first and the last letter of the piece, so what is typed right before or
 * right behind it stays outside. When every letter of it is deleted it is gone; an undo brings it back.
 */
import * as Y from 'yjs'

/** The ends as JSON, as they are stored and sent. */
export interface TextAnchor {
  start: unknown
  end: unknown
}

export interface TextRange {
  start: number
  end: number
}

const TO_THE_RIGHT = 0
const TO_THE_LEFT = -1

export function anchorText(text: Y.Text, { start, end }: TextRange): TextAnchor {
  return {
    start: Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, start, TO_THE_RIGHT)),
    end: Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, end, TO_THE_LEFT)),
  }
}

/** Where the piece is now; null when it is gone, or was never in this text. */
export function findAnchor(text: Y.Text, anchor: TextAnchor): TextRange | null {
  const start = findPosition(text, anchor.start)
  const end = findPosition(text, anchor.end)
  return start === null || end === null || start >= end ? null : { start, end }
}

/** The same piece in another text that reads alike: a copy has letters of its own. */
export function carryAnchor(from: Y.Text, to: Y.Text, anchor: TextAnchor): TextAnchor | null {
  const range = findAnchor(from, anchor)
  return range === null || range.end > to.length ? null : anchorText(to, range)
}

/** A position may be anything that a program stored or sent: what does not fit is nowhere. */
export function findPosition(text: Y.Text, json: unknown): number | null {
  if (text.doc === null || typeof json !== 'object' || json === null) return null
  try {
    const position = Y.createRelativePositionFromJSON(json)
    if (position.tname !== null) return null
    const found = Y.createAbsolutePositionFromRelativePosition(position, text.doc)
    return found?.type === text ? found.index : null
  } catch {
    return null
  }
}
