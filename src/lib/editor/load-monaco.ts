/**
 * Load Monaco: one lazy load per tab, with the languages that cells have and the editor features that a cell can use.
 * Nothing of it is on the page before the first editor is wanted (about 1 MB packed).
 */
import type * as Monaco from 'monaco-editor/editor'
import type { CellKind } from '#lib/domain/cell.ts'
import { addCodeHelp } from './code-help.ts'
import { followTheme } from './follow-theme.ts'

export type MonacoApi = typeof Monaco
export type IDisposable = Monaco.IDisposable
let loading: Promise<MonacoApi> | null = null

export function loadMonaco(): Promise<MonacoApi> {
  loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

export const languageOf = (kind: CellKind): string => (kind === 'chart' || kind === 'input' ? 'plaintext' : kind)

async function load(): Promise<MonacoApi> {
  const [{ monaco, EditorWorker }] = await Promise.all([
    import('./monaco.ts'),
    // Monaco measures letters once; a font that comes later would put every caret beside its letter.
    document.fonts.load('13px "JetBrains Mono Variable"'),
  ])
  globalThis.MonacoEnvironment = { getWorker: () => new EditorWorker() }
  followTheme(monaco)
  addCodeHelp(monaco)
  return monaco
}
