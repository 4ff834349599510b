/** Where a text stands in a result, over all of its rows and columns. */
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult } from './authorize-result.ts'

export async function findInResult(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, resultId: string, request: FindRequest, signal: AbortSignal): Promise<Outcome<FoundRows, AuthorizeRefusal | ReaderRefusal>> {
  const allowed = await authorizeResult(deps, actor, resultId)
  return allowed.ok ? deps.reader.find(allowed.value, request, signal) : allowed
}
