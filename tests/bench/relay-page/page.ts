/**
 * The least page that co-edits through a relay: one of the product's own editors on one shared text, and y-websocket's provider
 * as it comes. No notebook, no saving, no copy in the browser. `?relay=` is the relay's port.
 */
import '@fontsource-variable/jetbrains-mono/wght.css'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { openEditor } from '#lib/editor/open-editor.ts'
import { TextHistory } from '#lib/editor/text-history.ts'

const port = new URLSearchParams(location.search).get('relay')
const doc = new Y.Doc()
const text = doc.getText('source')
// Within one browser the pages must not go past the relay.
const provider = new WebsocketProvider(`ws://127.0.0.1:${port}`, 'room', doc, { disableBc: true })
const nothing = (): void => undefined

provider.once('sync', () => {
  const host = document.getElementById('host') ?? document.body
  const options = { text, history: new TextHistory(text), kind: 'python' as const, label: 'Text', isReadOnly: false, readOnlyMessage: '' }
  void openEditor(host, { ...options, isUrgent: () => true, help: () => null, onKey: nothing, onFocus: nothing, onBlur: nothing, onLeave: nothing, onCaret: nothing, onHeight: nothing, onMark: nothing }, () => true)
})
