/** How the rows of two results differ. Results never change, so what was found out once is remembered: a page that is opened again compares nothing. */
import type { Outcome } from '#lib/domain/outcome.ts'
import type { RowDifference } from '#lib/domain/provenance.ts'
import type { Reader, ReaderRefusal } from '../reader/reader.ts'
import type { ResultRow } from '../results/authorize-result.ts'

const KEPT = 1000
/** The oldest first. */
const known = new Map<string, RowDifference>()

export async function compareRows(reader: Pick<Reader, 'sameRows'>, before: ResultRow, after: ResultRow, signal: AbortSignal): Promise<Outcome<RowDifference, ReaderRefusal>> {
  const key = `${before.id} ${after.id}`
  const there = known.get(key)
  if (there !== undefined) return { ok: true, value: there }
  const found = await reader.sameRows(before, after, signal)
  if (!found.ok) return found
  known.set(key, found.value)
  if (known.size > KEPT) known.delete(known.keys().next().value ?? '')
  return found
}
