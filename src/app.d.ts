import type { Refusal } from '#lib/domain/outcome.ts'
import type { Actor, Deps } from '#lib/server/door.ts'

declare global {
  namespace App {
    interface Locals {
      deps: Deps
      /** From the session cookie, an API token or a share link; null for a stranger. */
      actor: Actor | null
      requestId: string
      /** Who may frame this page. An embed sets its allowed origins here; everything else stays null, which means nobody. */
      frameAncestors: string[] | null
      /** Why the request failed where nobody foresaw it; null while it has not. */
      failure: Refusal | null
    }
    interface Error {
      message: string
      /** The request's id, the same as in the log. */
      id?: string
    }
  }
}

export {}
