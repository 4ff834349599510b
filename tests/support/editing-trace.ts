/**
 * A long editing trace, always the same: 259 778 single-character edits of one text, made by a seeded generator in the
 * shape of the B4 trace of crdt-benchmarks (one author, a LaTeX paper, 182 315 insertions, 77 463 deletions, 104 852
 * characters in the end, some 11 000 runs). It is B4-like; the recorded trace itself is not part of this repository.
 */
import { below, oneOf, seeded, type Random } from './chance.ts'

export const INSERTIONS = 182_315
export const DELETIONS = 77_463
export const FINAL_LENGTH = INSERTIONS - DELETIONS

/** One character in, or (without `insert`) one out. */
export interface Stroke {
  at: number
  insert?: string
}

const WORDS = 'the of and to a in is that for we with as on by data operation replica document state each list update merge \\emph{ \\cite{ \\section{ \\begin{ \\end{ } $x_i$ causal order insert delete node tree move key register consistency network algorithm proof lemma'.split(' ')

export function* editingTrace(seed = 4): Generator<Stroke> {
  const random = seeded(seed)
  let [inserts, deletes, length, cursor] = [INSERTIONS, DELETIONS, 0, 0]
  while (inserts + deletes > 0) {
    cursor = nextPlace(random, cursor, length)
    const isDeleting = length > 0 && deletes > 0 && (inserts === 0 || random() < 0.38)
    if (isDeleting) {
      for (let left = Math.min(1 + below(random, 44), deletes, cursor); left > 0; left -= 1) {
        deletes -= 1
        length -= 1
        cursor -= 1
        yield { at: cursor }
      }
      continue
    }
    for (const letter of words(random, 24 + below(random, 80))) {
      if (inserts === 0) break
      inserts -= 1
      length += 1
      yield { at: cursor, insert: letter }
      cursor += 1
      // A slip, taken back at once with what was typed since.
      const slip = random() < 0.022 ? 2 + below(random, 12) : 0
      for (let left = Math.min(slip, deletes, cursor); left > 0; left -= 1) {
        deletes -= 1
        length -= 1
        cursor -= 1
        yield { at: cursor }
      }
    }
  }
}

/** Mostly on from here; at times a little back, seldom far away. */
function nextPlace(random: Random, cursor: number, length: number): number {
  const chance = random()
  if (chance < 0.45) return Math.min(cursor, length)
  if (chance < 0.75) return Math.max(0, Math.min(length, cursor - below(random, 200)))
  if (chance < 0.9) return length
  return below(random, length + 1)
}

function words(random: Random, length: number): string {
  let text = ''
  while (text.length < length) text += oneOf(random, WORDS) + (random() < 0.06 ? '\n' : ' ')
  return text.slice(0, length)
}
