/**
 * Applies a large change part by part, for a few milliseconds at a time, so that everybody else has their turn in
 * between. A person's is counted first, in the same way: one that is too large changes nothing. What is stored is applied
 * whatever its size.
 */
import type * as Y from 'yjs'
import { CHANGE_MAX_PIECES } from '#lib/domain/room.ts'
import { applyUpdate, type Applied, type Guard } from './apply-update.ts'
import type { Cut } from './cutter.ts'
import { cutReach, isFarReaching, isKnown } from '../notebooks/cut-update.ts'
import { countNew, PART_PIECES, readSmallUpdate } from './read-update.ts'

type Sound = Extract<Applied, { kind: 'applied' }>

const AT_A_TIME_MS = 8

/** Begins a new turn when this one has lasted. */
function createPauses(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < AT_A_TIME_MS) return
    await new Promise((resolve) => void setImmediate(resolve))
    began = performance.now()
  }
}

/** `over`: the document was given up meanwhile. Every part that was applied is told to `onApplied` at once. */
export async function applyParts(
  doc: Y.Doc, parts: Uint8Array[], isAllowed: Guard, isOver: () => boolean, onApplied: (applied: Sound) => void, mostPieces = CHANGE_MAX_PIECES,
): Promise<Exclude<Applied, Sound> | { kind: 'over' } | { kind: 'applied'; isIncomplete: boolean }> {
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
    if (count > mostPieces) return { kind: 'too-many' }
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

/** `done`: all of it is in the document. A piece that no thread can cut is applied in one go. */
export async function applyStored(
  doc: Y.Doc, pieces: Uint8Array[], cut: (piece: Uint8Array) => Promise<Cut>, isOver: () => boolean, onApplied: (applied: Sound) => void,
): Promise<Exclude<Applied, Sound> | { kind: 'over' | 'done' }> {
  const pause = createPauses()
  for (const piece of pieces) {
    await pause()
    const parts = await partsOf(piece, cut)
    if (isOver()) return { kind: 'over' }
    if (parts !== null) {
      const applied = await applyParts(doc, parts, () => true, isOver, onApplied, Infinity)
      if (applied.kind !== 'applied') return applied
      continue
    }
    const applied = applyUpdate(doc, piece)
    if (applied.kind !== 'applied') return applied
    onApplied(applied)
  }
  return { kind: 'done' }
}

async function partsOf(piece: Uint8Array, cut: (piece: Uint8Array) => Promise<Cut>): Promise<Uint8Array[] | null> {
  // A piece of a document takes two bytes at least.
  if (piece.byteLength < 2 * PART_PIECES || readSmallUpdate(piece).kind !== 'too-many') return [piece]
  const found = await cut(piece).catch(() => null)
  return found?.kind === 'sound' ? found.parts : null
}
