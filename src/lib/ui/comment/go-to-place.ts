/** Go to place: brings what a thread is about into view and lets it shine for a moment. */
import { tick } from 'svelte'
import { markClass } from '#lib/editor/comment-marks.ts'
import type { CommentThread } from '#lib/domain/comment.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

const WAIT_MS = 3000
const LOOK_EVERY_MS = 50

/** `isLost`: the text is gone, so nothing of it is to be found. */
export async function goToPlace({ drawn }: NotebookSession, thread: CommentThread, isLost = false): Promise<void> {
  drawn.draw(thread.cellId)
  await tick()
  const cell = document.getElementById(`cell-${thread.cellId}`)
  if (cell === null) return
  const card = cell.querySelector<HTMLElement>('.cell-card') ?? cell
  if (thread.anchor.kind === 'cell') return shine(card)
  if (thread.anchor.kind !== 'text') return shine(document.getElementById(`output-${thread.cellId}`) ?? card)
  // A text cell is painted: its letters are not those of the source.
  if (isLost || cell.querySelector('.prose') !== null) return shine(card)
  // Its editor may not be there before the cell is near the view.
  if (!isSeen(card)) card.scrollIntoView({ block: 'start' })
  shine(await found(() => cell.querySelector<HTMLElement>(`.${markClass(thread.id)}`)) ?? card)
}

async function found(look: () => HTMLElement | null): Promise<HTMLElement | null> {
  const until = performance.now() + WAIT_MS
  let element = look()
  while (element === null && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    element = look()
  }
  return element
}

function shine(element: HTMLElement): void {
  if (!isSeen(element)) element.scrollIntoView({ block: element.clientHeight > innerHeight - 160 ? 'start' : 'center' })
  element.classList.remove('place-flash')
  void element.offsetWidth
  element.classList.add('place-flash')
  element.addEventListener('animationend', () => element.classList.remove('place-flash'), { once: true })
}

function isSeen(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return top >= 64 && bottom <= innerHeight - 20
}
