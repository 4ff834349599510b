/**
 * Where a request comes from, for what is limited by network. With TRUSTED_PROXIES it is what the outermost of them
 * added to X-Forwarded-For; a request that passed fewer counts as the proxy's own, which is the stricter guess. A number
 * that is too high lets people invent their address: the log says so for those who do not.
 */
import type { IncomingMessage } from 'node:http'
import type { RequestEvent } from '@sveltejs/kit'

export function addressOf(event: RequestEvent): () => string {
  const told = event.getClientAddress
  return () => {
    try {
      return told()
    } catch (error) {
      const { deps, requestId } = event.locals
      deps.log.warn({ requestId, err: error }, `X-Forwarded-For names fewer than TRUSTED_PROXIES=${deps.config.trustedProxies}: the setting is too high, or somebody reaches this port beside the proxy`)
      const { req: request } = (event.platform ?? {}) as { req?: IncomingMessage }
      return request?.socket.remoteAddress ?? 'unknown'
    }
  }
}
