/**
 * Inbox of this tab: how many comments call me and were not read. It is looked up now and then while somebody looks at
 * the tab, and at once when a notebook that is open here tells of a comment.
 */
import type { Mention } from '#lib/domain/comment.ts'
import { callApi } from '#lib/live/api.ts'

const LOOK_EVERY_MS = 20_000
const state = $state<{ unread: number; mentions: Mention[] | null; problem: string | null }>({ unread: 0, mentions: null, problem: null })

export const inbox = {
  get unread(): number {
    return state.unread
  },
  /** Null until they were first read. */
  get mentions(): readonly Mention[] | null {
    return state.mentions
  },
  get problem(): string | null {
    return state.problem
  },
  async refresh(): Promise<void> {
    const found = await callApi<{ unread: number; mentions: Mention[] }>('GET', '/inbox')
    state.problem = found.ok ? null : found.message
    if (found.ok) Object.assign(state, found.value)
  },
  /** Those of one thread, or all. */
  async markRead(threadId?: string): Promise<void> {
    // Before the first look nobody knows that there are none.
    if (state.mentions !== null && state.unread === 0) return
    const done = await callApi<{ unread: number }>('POST', '/inbox/read', threadId === undefined ? {} : { threadId })
    if (!done.ok) return
    state.unread = done.value.unread
    const readAt = new Date().toISOString()
    state.mentions = state.mentions?.map((one) => (threadId === undefined || one.threadId === threadId ? { ...one, readAt: one.readAt ?? readAt } : one)) ?? null
  },
  /** Browser only. Returns the way to stop. */
  follow(): () => void {
    const look = () => void (document.hidden || inbox.refresh())
    look()
    const timer = setInterval(look, LOOK_EVERY_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  },
}
