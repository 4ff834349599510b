/**
 * What became of a table since it was read, by two or three looks at its log: versions follow each other without a gap, so
 * the one after tells whether it moved, and doubling steps find the newest. No listing, however long the log is.
 */
import { commitName, planLog } from '#lib/domain/delta-log.ts'
import type { InputNow, InputTable } from '#lib/domain/provenance.ts'
import type { TableLooks } from './table-looks.ts'

/** Clocks of the store, of Spark and of Postgres. */
const DOUBT_MS = 2000

/** `readAt`: when the cell that read it had ended. A commit of that number that was made after it is another table's. */
export async function inputNow(looks: TableLooks, table: InputTable, readAt: Date): Promise<InputNow> {
  const keyOf = (version: number) => `${table.path}/_delta_log/${commitName(version)}`
  const storedAt = (version: number) => looks.storedAt(keyOf(version))
  const [own, next] = await Promise.all([storedAt(table.version), storedAt(table.version + 1)])
  if (own === null && next === null) return afterCleaning(looks, table)
  const isAfter = (instant: Date | null): boolean => instant === null || instant.getTime() > readAt.getTime() + DOUBT_MS
  // A table out of the bin and a bucket out of a backup are young in the store alone: the commit itself is older.
  if (own !== null && isAfter(own) && isAfter(await looks.committedAt(keyOf(table.version)))) return { ...table, state: 'remade', newest: await gallop(table.version, storedAt) }
  if (table.isFixed || next === null) return { ...table, state: 'same', newest: next === null ? table.version : await gallop(table.version, storedAt) }
  return { ...table, state: 'moved', newest: await gallop(table.version + 1, storedAt) }
}

/** From a version that is there to the last of the unbroken line. */
async function gallop(known: number, commit: (version: number) => Promise<unknown>): Promise<number> {
  let low = known
  let step = 1
  while ((await commit(low + step)) !== null) {
    low += step
    step *= 2
  }
  for (let high = low + step; high - low > 1;) {
    const middle = (low + high) >> 1
    if ((await commit(middle)) === null) high = middle
    else low = middle
  }
  return low
}

/** The log was cleaned up, made anew, or is gone. */
async function afterCleaning(looks: TableLooks, table: InputTable): Promise<InputNow> {
  const plan = planLog(await looks.logNames(table.path), null)
  if (!plan.ok) return { ...table, state: 'gone', newest: null }
  if (plan.value.newest < table.version) return { ...table, state: 'remade', newest: plan.value.newest }
  return { ...table, state: plan.value.newest === table.version || table.isFixed ? 'same' : 'moved', newest: plan.value.newest }
}
