/**
 * Finds where a piece of a text went when its letters were moved to another cell: a split, a merge, or the way back of
 * one. Letters that move are copied, so nothing that points at them knows where they are; the texts say it. Pure.
 */
import type { TextRange } from './text-anchor.ts'

/** `before` is the text that had the piece, `after` what the other cell says now; null when the piece did not go there. */
export function findMoved(before: string, range: TextRange, after: string): TextRange | null {
  if (before === '' || after === '') return null
  // Merged: all of it stands behind what was there. Split or parted: what is there was all a part of it.
  const [whole, part] = [after.lastIndexOf(before), before.lastIndexOf(after)]
  const shift = whole >= 0 ? whole : -part
  const moved = { start: range.start + shift, end: range.end + shift }
  return (whole < 0 && part < 0) || moved.start < 0 || moved.end > after.length ? null : moved
}
