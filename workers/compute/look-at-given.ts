/**
 * Whether the Spark that SPARK_REMOTE names answers, looked at now and then and told in the rows of the computes that
 * follow it: health and their page read it there. A worker looks, since a web process may have no way to Spark.
 */
import { parseConnectUrl } from '#lib/domain/connect-url.ts'
import { alignGivenComputes, noteGiven } from '#server/compute/compute-store.ts'
import { tryConnect } from '#server/compute/try-connect.ts'
import type { ComputesDeps } from './computes.ts'

const ANSWER_WITHIN_MS = 3000

/** `onAway` hears of each look that found it away: what it was told before may be gone with it. */
export function createGivenLook({ db, config, log }: Pick<ComputesDeps, 'db' | 'config' | 'log'>, onAway: () => void): () => Promise<void> {
  let said: string | null = null
  return async () => {
    const { remote } = config.spark
    if (remote === null) return
    const url = parseConnectUrl(remote)
    const found = url.ok ? await tryConnect(url.value, ANSWER_WITHIN_MS) : url
    const reason = found.ok ? null : found.message
    if (reason !== said) log[reason === null ? 'info' : 'warn']({ reason }, reason === null ? 'the given spark answers again' : 'the given spark does not answer')
    said = reason
    if (reason !== null) onAway()
    // Those of new workspaces do not follow it yet.
    await alignGivenComputes(db, remote)
    await noteGiven(db, reason)
  }
}
