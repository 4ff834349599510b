/** Notes which cells change: between two calls of `take`, and whether the title did. For saying who changed what. */
import * as Y from 'yjs'
import { isCellId, type CellId } from '#lib/domain/ids.ts'
import { cellsOf, metaOf } from './keys.ts'

export interface CellWatch {
  /** What changed since the last call. */
  take(): { cellIds: CellId[]; hasTitle: boolean }
  stop(): void
}

export function watchCells(doc: Y.Doc): CellWatch {
  const [meta, cells] = [metaOf(doc), cellsOf(doc)]
  let changed = new Set<string>()
  let hasTitle = false
  const onMeta = (event: Y.YMapEvent<unknown>): void => void (hasTitle ||= event.keysChanged.has('title'))
  const onCells = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    for (const event of events) {
      if (event.path.length > 0) changed.add(String(event.path[0]))
      else event.changes.keys.forEach((_change, id) => changed.add(id))
    }
  }
  meta.observe(onMeta)
  cells.observeDeep(onCells as Parameters<typeof cells.observeDeep>[0])
  return {
    take: () => {
      const taken = { cellIds: [...changed].filter(isCellId), hasTitle }
      changed = new Set()
      hasTitle = false
      return taken
    },
    stop: () => {
      meta.unobserve(onMeta)
      cells.unobserveDeep(onCells as Parameters<typeof cells.observeDeep>[0])
    },
  }
}
