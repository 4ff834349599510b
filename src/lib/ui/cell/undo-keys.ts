/** Undo keys of a cell that has no editor: Mod+Z and its fellows take back what this person chose in it. A field of text has undo of its own. */
import type { TextHistory } from '#lib/editor/text-history.ts'

const HAS_OWN = 'textarea, input:not([type="checkbox"], [type="range"], [type="radio"])'

export function undoKeys(history: () => TextHistory | undefined): (event: KeyboardEvent) => void {
  return (event) => {
    const isOwn = event.target instanceof Element && event.target.matches(HAS_OWN)
    const key = event.key.toLowerCase()
    if (isOwn || !(event.ctrlKey || event.metaKey) || event.altKey || (key !== 'z' && key !== 'y')) return
    event.preventDefault()
    event.stopPropagation()
    if (key === 'y' || event.shiftKey) history()?.redo()
    else history()?.undo()
  }
}
