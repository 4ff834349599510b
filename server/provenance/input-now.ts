/**
 * What became of a table since it was read, by two or three looks at its log: versions follow each other without a gap, so
 * the one after tells whether it moved, and doubling steps find the newest. No listing, however long the log is.
 */
import { commitName, planLog } from '#lib/domain/delta-log.ts'
import type { InputNow, InputTable } from '#lib/domain/provenance.ts'
import type { Objects } from '../objects/objects.ts'

const LOG_FILES_MAX = 60_000
/** Clocks of the store and of Postgres. */
const DOUBT_MS = 2000

/** `readAt`: when the cell that read it had ended. A commit of that number that is younger is another table's. */
export async function inputNow(objects: Objects, table: InputTable, readAt: Date): Promise<InputNow> {
  const commit = (version: number) => objects.stat(`${table.path}/_delta_log/${commitName(version)}`)
  const [own, next] = await Promise.all([commit(table.version), commit(table.version + 1)])
  if (own === null && next === null) return afterCleaning(objects, table)
  if (own !== null && own.modifiedAt.getTime() > readAt.getTime() + DOUBT_MS) return { ...table, state: 'remade', newest: await gallop(table.version, commit) }
  if (table.isFixed || next === null) return { ...table, state: 'same', newest: next === null ? table.version : await gallop(table.version, commit) }
  return { ...table, state: 'moved', newest: await gallop(table.version + 1, commit) }
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
async function afterCleaning(objects: Objects, table: InputTable): Promise<InputNow> {
  const { files } = await objects.level(`${table.path}/_delta_log/`, LOG_FILES_MAX)
  const plan = planLog(files.map(({ name }) => name), null)
  if (!plan.ok) return { ...table, state: 'gone', newest: null }
  if (plan.value.newest < table.version) return { ...table, state: 'remade', newest: plan.value.newest }
  return { ...table, state: plan.value.newest === table.version || table.isFixed ? 'same' : 'moved', newest: plan.value.newest }
}
