/**
 * Keep writing: somebody else moved the cell in which a person writes, or made it one of another kind. The page then puts
 * it elsewhere or draws it anew, which takes the focus away, and the rest of a word would be commands. It is given back
 * where the caret was, before the next key. A cell that shows no text any more gets the focus as a whole, since in it the
 * next letters would choose something; until the first pause they go into its text all the same.
 */
import { tick } from 'svelte'
import type { NotebookSession } from './notebook-session.svelte.ts'
import { typeNowhere, typeOn } from './type-on.ts'

/** To be asked before the page changes; what it returns, behind that. */
export function keepWriting(session: NotebookSession): () => Promise<void> {
  const { activeId: id, mode } = session
  if (id === null || mode !== 'edit' || document.activeElement?.closest('.monaco-editor') == null) return () => Promise.resolve()
  const caret = session.handles.get(id)?.caret() ?? null
  return async () => {
    await tick()
    const isLost = document.activeElement === null || document.activeElement === document.body
    if (!isLost || session.activeId !== id) return
    const cell = session.find(id)
    if (cell?.kind !== 'chart' && cell?.kind !== 'input') return session.go(id, 'edit', caret === null ? undefined : { offset: caret })
    const shared = session.canChange(cell) ? session.shared(id) : null
    session.typingOn = shared === null || caret === null ? typeNowhere(performance.now()) : typeOn(shared.text, caret, shared.history.beside, performance.now())
    await session.go(id, 'command')
  }
}
