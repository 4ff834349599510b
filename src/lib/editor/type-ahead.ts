/**
 * Type ahead: what somebody types for an editor that is not there yet, kept in order, so that nothing is lost and no
 * letter is taken for a command. Typed into the editor once it has come.
 */
import type { editor } from 'monaco-editor/editor'
import type { EditorKey } from './editor-keys.ts'

export type AheadKey = { kind: 'text'; text: string } | { kind: 'delete' } | { kind: 'tab' } | { kind: 'command'; key: EditorKey }

export interface TypeAhead {
  /** No more are kept: the person went on, or the editor is there. */
  stop(): void
  /** They are back before the editor is there. */
  resume(): void
  /** All of them, once. */
  take(): AheadKey[]
}

/** Fields and dialogs have their keys; an editor that still holds the focus is the one that was left. */
const OTHERS = 'input, textarea:not(.monaco-editor textarea), select, [role="dialog"], [role="menu"], [role="listbox"]'

/** `onLeave`: Escape, which goes its own way then. */
export function gatherKeys(onLeave: () => void): TypeAhead {
  let keys: AheadKey[] = []
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || (event.target instanceof Element && event.target.closest(OTHERS) !== null)) return
    if (event.key === 'Escape') return onLeave()
    const key = aheadKeyOf(event)
    if (key === null) return
    event.preventDefault()
    event.stopImmediatePropagation()
    keys.push(key)
  }
  const resume = () => window.addEventListener('keydown', onKey, { capture: true })
  resume()
  return {
    resume,
    stop: () => window.removeEventListener('keydown', onKey, { capture: true }),
    take: () => {
      const all = keys
      keys = []
      return all
    },
  }
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** Null: nothing of an editor's, so the page may have it. */
export function aheadKeyOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Press): AheadKey | null {
  const isPlain = !ctrlKey && !metaKey && !altKey
  if (key === 'Enter') {
    if (ctrlKey || metaKey) return { kind: 'command', key: 'run' }
    if (altKey) return { kind: 'command', key: 'run-and-insert' }
    return shiftKey ? { kind: 'command', key: 'run-and-next' } : { kind: 'text', text: '\n' }
  }
  if (isPlain && key === 'Backspace') return { kind: 'delete' }
  if (isPlain && !shiftKey && key === 'Tab') return { kind: 'tab' }
  // Some layouts make brackets with AltGr, which is told as Ctrl and Alt together.
  if ([...key].length === 1 && (isPlain || (ctrlKey && altKey))) return { kind: 'text', text: key }
  return null
}

/** As if it were typed now: brackets close, lines indent. */
export function typeKeys(target: editor.IStandaloneCodeEditor, keys: readonly AheadKey[], onCommand: (key: EditorKey) => void): void {
  for (const key of keys) {
    if (key.kind === 'command') onCommand(key.key)
    else if (key.kind === 'delete') target.trigger('keyboard', 'deleteLeft', null)
    else if (key.kind === 'tab') target.trigger('keyboard', 'tab', null)
    else target.trigger('keyboard', 'type', { text: key.text })
  }
}
