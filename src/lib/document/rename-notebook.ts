/** Sets the title. The caller has checked it (`checkTitle`). */
import type * as Y from 'yjs'
import { metaOf } from './keys.ts'

export function renameNotebook(doc: Y.Doc, title: string, origin?: unknown): void {
  doc.transact(() => {
    if (metaOf(doc).get('title') !== title) metaOf(doc).set('title', title)
  }, origin)
}
