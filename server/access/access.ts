/**
 * Access: all who stay connected to this web process for longer than a request (sockets in rooms, readers of feeds), and the
 * one place from which they are asked again what they may do: at once when rights change, here or in another web process,
 * and once in a while besides, for a notice can be lost and a session ends by the clock.
 */
import type { NotebookId, ShareId, UserId, WorkspaceId } from '#lib/domain/ids.ts'

/** Who is connected to what. */
export interface Whom {
  userId: UserId | null
  /** The link through which they see it, when it is not by membership. */
  shareId: ShareId | null
  notebookId: NotebookId
  workspaceId: WorkspaceId
}

/** Whose rights changed: all who match everything that is named. Where nothing is named it is everybody. */
export type Concern = { readonly [Name in keyof Whom]?: NonNullable<Whom[Name]> }

export interface Visit<Answer> {
  /** As of the last answer; null when it is on its way out. */
  whom: () => Whom | null
  /** A link runs out by the clock, which no notice tells: who came by one is asked more often. */
  isByLink?: () => boolean
  ask: () => Promise<Answer>
  /** Gets answers in the order of the questions, and none that came too late. */
  heed: (answer: Answer) => void
}

export interface Access {
  /** Returns the way to leave. Who comes just after a notice that concerns them is asked at once: they may have been let in before it. */
  watch<Answer>(visit: Visit<Answer>): () => void
  /** Rights changed and that is committed: whom it concerns is asked now, in every web process. */
  changed(concern: Concern): void
  /** The way to the other web processes: `send` takes a notice there. What comes from there goes to `receive`. */
  carryBy(send: (notice: string) => void): void
  receive(notice: string): void
  close(): void
}
