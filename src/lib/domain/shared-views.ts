/**
 * Shared views: how everybody in a notebook looks at the tables of one cell, by the place of the table in what the cell
 * shows. They go with the cell into versions, copies and files, any of which anybody may have written: read with care. Pure.
 */
import { readTableView, type TableView } from './table-view.ts'

export type SharedViews = Readonly<Record<string, TableView>>

export const SHARED_VIEWS_MAX = 200
const PLACE = /^(0|[1-9]\d{0,3})$/

/** Empty when nothing is shared. What is no view, or of no table, is dropped. */
export function readSharedViews(value: unknown): SharedViews {
  const views: Record<string, TableView> = {}
  const found: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  for (const [place, one] of found.filter(([name]) => PLACE.test(name)).slice(0, SHARED_VIEWS_MAX)) {
    const view = readTableView(one)
    if (view !== null) views[place] = view
  }
  return views
}

/** Of views that were read: reading gives what is alike the same form. */
export const sameViews = (one: SharedViews, other: SharedViews): boolean => JSON.stringify(one) === JSON.stringify(other)
