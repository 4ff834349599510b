/**
 * Tells what changed, once per transaction: the title, the outline (which cells, their order and kinds) or the text
 * of cells. A page lays out anew for an outline only; the text of a cell reaches its editor by `cellText`.
 */
import * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellsOf, metaOf } from './keys.ts'

export interface NotebookChange {
  hasTitle: boolean
  hasOutline: boolean
  /** Cells whose text changed, those that came with this change not counted. */
  sources: ReadonlySet<CellId>
  /** Done in this tab; the rest came from others or from this browser's copy. */
  isLocal: boolean
}

export function observeNotebook(doc: Y.Doc, onChange: (change: NotebookChange) => void): () => void {
  const meta = metaOf(doc)
  const cells = cellsOf(doc)
  const onMeta = (event: Y.YMapEvent<unknown>, { local }: Y.Transaction): void => {
    if (event.keysChanged.has('title')) onChange({ hasTitle: true, hasOutline: false, sources: new Set(), isLocal: local })
  }
  const onCells = (events: Y.YEvent<Y.AbstractType<unknown>>[], { local }: Y.Transaction): void => {
    const texts = events.filter((event) => event.target instanceof Y.Text && event.path.length === 2)
    const sources = new Set(texts.map((event) => String(event.path[0]) as CellId))
    onChange({ hasTitle: false, hasOutline: texts.length < events.length, sources, isLocal: local })
  }
  meta.observe(onMeta)
  cells.observeDeep(onCells as Parameters<typeof cells.observeDeep>[0])
  return () => {
    meta.unobserve(onMeta)
    cells.unobserveDeep(onCells as Parameters<typeof cells.observeDeep>[0])
  }
}
