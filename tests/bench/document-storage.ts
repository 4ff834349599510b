/**
 * (f) What a long-edited notebook costs: a B4-like trace of 259 778 edits (tests/support/editing-trace.ts) stored through
 * the product's own store and compaction. Held against the same document in Yjs's first format, and against its plain text.
 */
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import { compactDocument } from '#server/notebooks/compact-document.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { appendUpdates, BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { openStore } from '#server/store/client.ts'
import { editingTrace } from '../support/editing-trace.ts'
import type { Product } from '../support/start-product.ts'
import { single, timeMany, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'

const MB = 1_000_000
const PER_MESSAGE = 25
const ROWS = 400

export async function benchDocumentStorage(product: Product, owner: Owner): Promise<Figure[]> {
  const { id, cellIds: [cellId] } = await owner.makeNotebook('Storage', [{ kind: 'python', source: '' }])
  const store = openStore(product.env.DATABASE_URL ?? '', { name: 'bench', max: 3 })
  try {
    return await measure(store, id as NotebookId, cellId as Parameters<typeof cellText>[1])
  } finally {
    await store.close()
  }
}

async function measure(store: ReturnType<typeof openStore>, id: NotebookId, cellId: Parameters<typeof cellText>[1]): Promise<Figure[]> {
  const load = async () => documentOf((await readPieces(store.sql, id, 1, BEFORE_EVERYTHING)).pieces)
  const author = await load()
  const text = cellText(author, cellId)!
  const messages: Uint8Array[] = []
  let strokes: Uint8Array[] = []
  author.on('update', (update: Uint8Array) => void strokes.push(update))
  for (const { at, insert } of editingTrace()) {
    if (insert === undefined) text.delete(at, 1)
    else text.insert(at, insert)
    if (strokes.length >= PER_MESSAGE) messages.push(Y.mergeUpdates(strokes.splice(0)))
  }
  if (strokes.length > 0) messages.push(Y.mergeUpdates(strokes))
  strokes = []
  const compactions: number[] = []
  for (let at = 0; at < messages.length; at += ROWS) {
    await appendUpdates(store.sql, id, 1, messages.slice(at, at + ROWS).map((update) => ({ update, userId: null })))
    const began = performance.now()
    await compactDocument(store, id, 1)
    compactions.push(performance.now() - began)
  }
  const [row] = await store.sql<{ bytes: number; versions: number; kept: number }[]>`
    select octet_length(s.state) as bytes, (select count(*)::int from notebook_versions where notebook_id = s.notebook_id) as versions,
      (select coalesce(sum(octet_length(content)), 0)::int from notebook_versions where notebook_id = s.notebook_id) as kept
    from document_snapshots s where s.notebook_id = ${id}`
  const first = Y.encodeStateAsUpdate(author)
  const coldLoad = await timeMany(10, 2, load)
  return [
    { name: 'storage: B4-like trace, after compaction', unit: 'MB', ours: single3((row?.bytes ?? 0) / MB), baseline: { ...single3(first.byteLength / MB), name: 'Yjs format 1' }, note: `${row?.bytes} bytes; text alone ${text.length}` },
    { name: 'storage: B4-like trace, cold load', unit: 'ms', ours: coldLoad, baseline: { ...(await timeMany(10, 2, async () => documentOf([first]))), name: 'format 1 from memory' } },
    { name: `storage: a compaction of ${ROWS} messages with its version, largest`, unit: 'ms', ours: single(Math.max(...compactions)), baseline: null },
    { name: 'storage: versions kept', unit: 'MB', ours: single3((row?.kept ?? 0) / MB), baseline: null, note: `${row?.versions} versions` },
  ]
}

/** Three digits after the point: these are parts of a megabyte. */
const single3 = (value: number) => ({ n: 1, median: Math.round(value * 1000) / 1000, p95: Math.round(value * 1000) / 1000, max: Math.round(value * 1000) / 1000 })
