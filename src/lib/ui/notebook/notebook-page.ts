/** What the server hands to a notebook page: enough to paint every cell with its last results before anything is live. */
import type { FeedSnapshot } from '#lib/domain/feed.ts'
import type { Page } from '#lib/domain/result.ts'
import type { NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'

export interface NotebookPage {
  id: NotebookId
  workspaceId: WorkspaceId
  workspaceSlug: string
  epoch: number
  text: NotebookText
  snapshot: FeedSnapshot
  /** First rows of the first tables, by result, as far as they came at once. */
  firstPages?: Record<string, Page>
  me: Person
  canComment: boolean
  /** May delete what others said. */
  canModerate: boolean
  canShare: boolean
  canSchedule: boolean
}

/** Someone in the notebook, as others see them. */
export interface Person {
  id: string
  name: string
  isGuest: boolean
}
