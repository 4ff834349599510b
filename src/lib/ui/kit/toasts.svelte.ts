/** Toasts: short news at the edge of the page, for what happened elsewhere or can be undone. One list per tab. */
export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'error'
  action: { label: string; run: () => unknown } | null
}

const SHOWN_MS = 6000
/** Long enough to read the sentence and reach Undo. */
const WITH_ACTION_MS = 10_000
const AT_MOST = 4

const list = $state<Toast[]>([])
let lastId = 0

export const toasts = {
  get list(): readonly Toast[] {
    return list
  },
  show(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): number {
    const toast: Toast = { id: (lastId += 1), text, tone: options.tone ?? 'plain', action: options.action ?? null }
    list.push(toast)
    if (list.length > AT_MOST) list.shift()
    setTimeout(() => toasts.dismiss(toast.id), toast.action === null ? SHOWN_MS : WITH_ACTION_MS)
    return toast.id
  },
  error(text: string): number {
    return toasts.show(text, { tone: 'error' })
  },
  /** For what was done and can be undone by one press. */
  undoable(text: string, undo: () => unknown): number {
    return toasts.show(text, { action: { label: 'Undo', run: undo } })
  },
  dismiss(id: number): void {
    const at = list.findIndex((toast) => toast.id === id)
    if (at >= 0) list.splice(at, 1)
  },
}
