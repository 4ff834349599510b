/**
 * Listen to keys: command mode on the whole page. A press belongs to the notebook unless something that has its own
 * keys holds the focus: a field, an editor, a menu, a dialog, a grid.
 */
import { COMMANDS, isAllowed, type Command } from './commands.ts'
import { isMac } from './is-mac.ts'
import { KeySequence } from './key-sequence.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

const OWN_KEYS = 'input, textarea, select, iframe, [contenteditable="true"], .monaco-editor, [role="dialog"], [role="menu"], [role="listbox"], [role="grid"], [role="combobox"], [role="tree"], [data-own-keys]'
/** What lies above the page and has all keys. One that is closing stays for a moment, and has none any more. */
const OPEN_ABOVE = ['dialog', 'menu', 'listbox'].map((role) => `[role="${role}"]:not([data-state="closed"])`).join(', ')
/** These answer to Enter and Space themselves. */
const PRESSABLE = 'button, a[href], summary, [role="button"], [role="menuitem"]'

export function listenToKeys(session: NotebookSession, perform: (command: Command) => void): (event: KeyboardEvent) => void {
  const commandKeys = new KeySequence(COMMANDS.flatMap((command) => [...command.keys, ...(command.anywhere ?? [])].map((keys) => [keys, command] as const)), isMac())
  const everywhereKeys = new KeySequence(COMMANDS.flatMap((command) => (command.anywhere ?? []).map((keys) => [keys, command] as const)), isMac())

  return (event) => {
    if (event.defaultPrevented || event.isComposing) return
    const target = event.target instanceof Element ? event.target : null
    if (target?.closest(OPEN_ABOVE)) return
    if (target?.closest('.monaco-editor')) return
    if (target?.closest(OWN_KEYS) == null && session.typingOn?.take(event)) return event.preventDefault()
    if (event.key === 'Escape') return leave(event, session, target)
    const isOwn = target?.closest(OWN_KEYS) != null || session.mode === 'edit'
    if (!isOwn && (event.key === 'Enter' || event.key === ' ') && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && target?.closest(PRESSABLE)) return
    const found = (isOwn ? everywhereKeys : commandKeys).press(event, event.timeStamp)
    if (found === null) return
    if (found !== 'pending' && !isAllowed(found, session)) return
    event.preventDefault()
    if (found !== 'pending') perform(found)
  }
}

/** Escape always leads back to the cell: from its tools, its fields, and a mode without an editor. */
function leave(event: KeyboardEvent, session: NotebookSession, target: Element | null): void {
  if (session.selection.size > 0) return session.selection.clear()
  const isInCell = target?.closest('article') != null
  if (!isInCell && session.mode !== 'edit') return
  event.preventDefault()
  void session.go(session.activeId ?? undefined)
}
