/**
 * (a) A keystroke: insert in one client → there in the other, two clients. Ours commits every edit to Postgres;
 * the bare relay stores nothing. Then the same between two browsers, from the key's event to the other page's text.
 */
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import * as Y from 'yjs'
import type { Product } from '../support/start-product.ts'
import { measureInBrowsers } from './keystroke-in-browsers.ts'
import { spread, type Figure, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'
import { startRelay } from './relay.ts'
import { connectYjs, type YjsClient } from './yjs-client.ts'

const KEYS = 200
const PAUSE_MS = 20

export async function benchKeystroke(product: Product, owner: Owner): Promise<Figure[]> {
  const relay = await startRelay()
  try {
    const relayed = await measure(`ws://127.0.0.1:${relay.port}/room`, {}, (doc) => doc.getText('source'))
    const notebook = await owner.makeNotebook('Keystrokes', [{ kind: 'python', source: '' }])
    const cellId = notebook.cellIds[0] as CellId
    const url = `${product.url.replace('http', 'ws')}/rooms/${notebook.id}`
    const headers = { cookie: owner.cookie, origin: product.url }
    const ours = await measure(url, headers, (doc) => cellText(doc, cellId) ?? raise('the cell is not there'))
    const browsers = await measureInBrowsers(product, owner, notebook.id, relay)
    return [
      { name: 'keystroke → other client, committed', unit: 'ms', ours, baseline: { name: 'bare y-websocket relay', ...relayed } },
      { name: 'keydown in one browser → text in the other', unit: 'ms', ours: browsers.ours, baseline: { name: 'the same editor on a bare page, bare relay', ...browsers.relay } },
    ]
  } finally {
    relay.close()
  }
}

async function measure(url: string, headers: Record<string, string>, textOf: (doc: Y.Doc) => Y.Text): Promise<Spread> {
  const [writer, reader] = [connectYjs(url, headers), connectYjs(url, headers)] as [YjsClient, YjsClient]
  await Promise.all([writer.isSynced, reader.isSynced])
  const target = textOf(reader.doc)
  const source = textOf(writer.doc)
  const values: number[] = []
  for (let i = 0; i < KEYS; i++) {
    const arrived = new Promise<number>((resolve) => target.observe(function seen() {
      target.unobserve(seen)
      resolve(performance.now())
    }))
    const startedAt = performance.now()
    source.insert(source.length, 'x')
    values.push((await arrived) - startedAt)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  writer.close()
  reader.close()
  return spread(values)
}

function raise(sentence: string): never {
  throw new Error(sentence)
}
