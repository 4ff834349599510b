/** Twelve letters: short enough for a link, too many to meet by chance. */
import type { CellId } from '#lib/domain/ids.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

export function newCellId(): CellId {
  const random = crypto.getRandomValues(new Uint8Array(12))
  return [...random].map((byte) => LETTERS[byte % LETTERS.length]).join('') as CellId
}
