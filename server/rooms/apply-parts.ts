/**
 * Applies a large change part by part, for a few milliseconds at a time, so that everybody else has their turn in
 * between. It is counted first, in the same way: one that is too large changes nothing.
 */
import type * as Y from 'yjs'
import { CHANGE_MAX_PIECES } from '#lib/domain/room.ts'
import { applyUpdate, type Applied, type Guard } from './apply-update.ts'
import { cutReach, isFarReaching, isKnown } from '../notebooks/cut-update.ts'
import { countNew, readSmallUpdate } from './read-update.ts'

const AT_A_TIME_MS = 8

/** Begins a new turn when this one has lasted. */
export function createPauses(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < AT_A_TIME_MS) return
    await new Promise((resolve) => void setImmediate(resolve))
    began = performance.now()
  }
}

/** `over`: the document was given up meanwhile. Every part that was applied is told to `onApplied` at once. */
export async function applyParts(
  doc: Y.Doc, parts: Uint8Array[], isAllowed: Guard, isOver: () => boolean, onApplied: (applied: Extract<Applied, { kind: 'applied' }>) => void,
): Promise<Exclude<Applied, { kind: 'applied' }> | { kind: 'over' } | { kind: 'applied'; isIncomplete: boolean }> {
  const pause = createPauses()
  const fresh: Uint8Array[] = []
  let count = 0
  for (const part of parts) {
    await pause()
    if (isOver()) return { kind: 'over' }
    const read = readSmallUpdate(part)
    if (read.kind !== 'sound') return read
    count += countNew(doc, read.decoded)
    if (isFarReaching(doc, read.decoded)) fresh.push(...cutReach(doc, read.decoded))
    else if (!isKnown(doc, read.decoded)) fresh.push(part)
    if (count > CHANGE_MAX_PIECES) return { kind: 'too-many' }
  }
  let isIncomplete = false
  for (const part of fresh) {
    await pause()
    if (isOver()) return { kind: 'over' }
    const applied = applyUpdate(doc, part, isAllowed)
    if (applied.kind !== 'applied') return applied
    isIncomplete ||= applied.isIncomplete
    onApplied(applied)
  }
  return { kind: 'applied', isIncomplete }
}
