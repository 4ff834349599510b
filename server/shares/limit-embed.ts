/**
 * What the readers of one embed may ask for from one network: nobody of them signs in, and what they ask is work of the
 * same reader that serves those who do. Far above what people scroll and sort, whole offices of them.
 */
import { refuse, type Refusal } from '#lib/domain/outcome.ts'
import { countAttempt, networkOf, type AttemptLimit } from '../auth/limit-attempts.ts'
import type { CoreDeps } from '../deps.ts'
import type { ShareRow } from './open-share.ts'

const ASKED: AttemptLimit = { max: 1200, windowMs: 60_000 }
/** Files: each is written whole to the disk of the reader. */
const TAKEN: AttemptLimit = { max: 30, windowMs: 10 * 60_000 }

/** Null: go on. The log has the first refusal of a window, not each. */
export async function limitEmbed(deps: Pick<CoreDeps, 'sql' | 'log'>, share: ShareRow, address: string, wish: 'rows' | 'file'): Promise<Refusal<'too-many-requests'> | null> {
  const limit = wish === 'rows' ? ASKED : TAKEN
  const network = networkOf(address)
  const count = await countAttempt(deps.sql, `embed-${wish}:${share.id}:${network}`, limit)
  if (count <= limit.max) return null
  if (count === limit.max + 1) deps.log.warn({ shareId: share.id, network }, 'an embed is asked for very often from one network')
  return refuse('too-many-requests', wish === 'rows' ? 'This page is asked for too often from your network. Wait a minute.' : 'Many files were taken from your network. Wait ten minutes, then download again.')
}
