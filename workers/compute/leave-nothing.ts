/**
 * A kernel that is killed cannot tell Spark, which would go on for it. So the worker ends the session that its cell used:
 * null when Spark has let go of it, else a sentence of what may go on.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseConnectUrl } from '#lib/domain/connect-url.ts'
import { endSession, type SparkSession } from '#server/compute/try-connect.ts'

const MAY_GO_ON = 'What Spark did for this cell may go on for a while, because Spark could not be told to stop it.'
/** The end of the cell waits for it, and has waited for its kernel. A later answer is as good for Spark. */
const ANSWER_WITHIN_MS = 1500
/** What a request can carry; as another user Spark would know of no such session, and let go of nothing. */
const USER_ID = /^[ -~]{0,100}$/

export async function leaveNothing(url: string | null, session: SparkSession): Promise<string | null> {
  const address = url === null ? null : parseConnectUrl(url)
  if (address === null || !address.ok || !USER_ID.test(session.userId ?? '')) return MAY_GO_ON
  const ended = await Promise.race([endSession(address.value, session), pause(ANSWER_WITHIN_MS, null, { ref: false })])
  if (ended === null) return MAY_GO_ON
  return ended.ok ? null : `${MAY_GO_ON} ${ended.message}`
}
