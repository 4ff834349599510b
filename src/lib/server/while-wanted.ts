/**
 * While wanted: does a thing for a request with a signal that says when nobody waits for the answer any more. The
 * request's own signal knows only of bodies that were broken off; a browser that goes away behind a whole question
 * closes its socket.
 */
import type { IncomingMessage } from 'node:http'
import type { RequestEvent } from '@sveltejs/kit'

export async function whileWanted<T>(event: RequestEvent, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const gone = new AbortController()
  const abort = (): void => gone.abort()
  const { req: request } = (event.platform ?? {}) as { req?: IncomingMessage }
  request?.socket.once('close', abort)
  event.request.signal.addEventListener('abort', abort, { once: true })
  try {
    return await act(gone.signal)
  } finally {
    request?.socket.off('close', abort)
    event.request.signal.removeEventListener('abort', abort)
  }
}
