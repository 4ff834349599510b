/** What commands of the page may do with the tables of a cell. Grids say that they are there; the first of a cell is meant, or the one that was used last. */
import type { TextFormat } from './table-text.ts'

export interface TableActions {
  copy: (format: TextFormat) => void
  download: () => void
  find: () => void
  summarize: () => void
  chooseColumns: () => void
}

const tables = new Map<string, TableActions[]>()

/** Returns the way to leave again. */
export function offerTable(cellId: string, actions: TableActions): () => void {
  tables.set(cellId, [...(tables.get(cellId) ?? []), actions])
  return () => tables.set(cellId, (tables.get(cellId) ?? []).filter((one) => one !== actions))
}

/** Somebody is at this one now. */
export function preferTable(cellId: string, actions: TableActions): void {
  const others = (tables.get(cellId) ?? []).filter((one) => one !== actions)
  tables.set(cellId, [actions, ...others])
}

export const tableOf = (cellId: string): TableActions | null => tables.get(cellId)?.[0] ?? null
