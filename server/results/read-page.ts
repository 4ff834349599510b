/** A page of a result's table, read from the store through the reader; Spark is not needed. */
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult } from './authorize-result.ts'

export async function readPage(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, resultId: string, request: PageRequest, signal?: AbortSignal): Promise<Outcome<Page, AuthorizeRefusal | ReaderRefusal>> {
  const allowed = await authorizeResult(deps, actor, resultId)
  return allowed.ok ? deps.reader.page(allowed.value, request, signal) : allowed
}
