/** Chance with a seed, so that a failing run can be run again, and what tests do with it. */
export type Random = () => number

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit)
export const oneOf = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T

/** Random bytes, a cut copy, or a copy with flipped bits. */
export function damage(update: Uint8Array, random: Random): Uint8Array {
  const kind = below(random, 3)
  if (kind === 0) return Uint8Array.from({ length: below(random, 60) }, () => below(random, 256))
  const copy = update.slice(0, kind === 1 ? below(random, update.length) : update.length)
  for (let flips = 1 + below(random, 4); flips > 0 && copy.length > 0; flips -= 1) {
    const at = below(random, copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8))
  }
  return copy
}
