/**
 * Keys: the shape of the Y.Doc, known to this folder only.
 * `meta`: {title, version}. `cells`: cell id → {kind, order, source, value?, rows?, bin?, purge?, lock?, views?}. Cells are entries of a map and carry
 * their place as a key (`order`), because moving an element of a Y.Array is delete and insert: what someone types
 * meanwhile is lost. For the same reason a deleted cell stays, with a `bin` that says since when: what someone still
 * types in it is there when it comes back. A `purge` says that it is gone for good (see purge-cell.ts). A `lock` is an owner's; the room refuses what it forbids to others.
 * What stands beside a source and goes wherever the cell goes is read and written in beside-text.ts.
 * A document may hold anything a client managed to write: readers ask `isCellEntry` and pass over the rest.
 */
import * as Y from 'yjs'
import { isCellKind, type Cell, type CellKind } from '#lib/domain/cell.ts'
import { isCellId, type CellId } from '#lib/domain/ids.ts'
import type { ParameterValue } from '#lib/domain/parameter.ts'
import { readValue, writeBeside } from './beside-text.ts'

export const DOCUMENT_VERSION = 1
const MARK_MAX = 200

export const metaOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('meta')
export const cellsOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('cells')

export interface CellEntry {
  id: CellId
  kind: CellKind
  order: unknown
  source: Y.Text
  /** Of an input cell: what it was set to. Its source says what it may be. */
  value: ParameterValue | undefined
  /** Deleted, until somebody brings it back or the bin is emptied. */
  bin: BinMark | null
  purge: PurgeMark | null
  /** Source, kind and bin are for owners only; place and value are free. */
  lock: CellMark | null
  map: Y.Map<unknown>
}

/** Who did it and when (milliseconds), as their browser said. */
export interface CellMark {
  by: string
  at: number
}

export interface BinMark extends CellMark {
  /** Its text went into this cell: it was merged away, not thrown away. */
  into?: string
  /** When it leaves for good, by the server's clock; the server adds it. */
  due?: number
}

/** Which deletion of which text is for good. */
export interface PurgeMark extends CellMark {
  digest: string
  /** When the text leaves the document, by the server's clock; the server adds it. */
  due?: number
}

/** The entry of one cell, or null when it is not there or not a cell. */
export function cellEntry(doc: Y.Doc, id: string): CellEntry | null {
  const map = cellsOf(doc).get(id)
  if (!isCellId(id) || !(map instanceof Y.Map)) return null
  const kind: unknown = map.get('kind')
  const source: unknown = map.get('source')
  if (typeof kind !== 'string' || !isCellKind(kind) || !(source instanceof Y.Text)) return null
  return { id, kind, order: map.get('order'), source, value: readValue(map), bin: binMarkOf(map.get('bin')), purge: purgeMarkOf(map.get('purge')), lock: markOf(map.get('lock')), map }
}

function markOf(value: unknown): CellMark | null {
  if (typeof value !== 'object' || value === null) return null
  const { by, at } = value as { by?: unknown; at?: unknown }
  return { by: typeof by === 'string' ? by.slice(0, MARK_MAX) : '', at: typeof at === 'number' && Number.isFinite(at) ? at : 0 }
}

export function binMarkOf(value: unknown): BinMark | null {
  const mark: BinMark | null = markOf(value)
  const { into, due } = (value ?? {}) as { into?: unknown; due?: unknown }
  if (mark !== null && typeof into === 'string') mark.into = into.slice(0, MARK_MAX)
  if (mark !== null && typeof due === 'number' && Number.isFinite(due)) mark.due = due
  return mark
}

function purgeMarkOf(value: unknown): PurgeMark | null {
  const mark = markOf(value)
  const { digest, due } = (value ?? {}) as { digest?: unknown; due?: unknown }
  if (mark === null || typeof digest !== 'string') return null
  return { ...mark, digest: digest.slice(0, MARK_MAX), ...(typeof due === 'number' && Number.isFinite(due) && { due }) }
}

export function writeCellEntry(doc: Y.Doc, cell: Cell & { order: string }): void {
  const map = new Y.Map<unknown>()
  map.set('kind', cell.kind)
  map.set('order', cell.order)
  map.set('source', new Y.Text(cell.source))
  writeBeside(map, cell)
  cellsOf(doc).set(cell.id, map)
}
