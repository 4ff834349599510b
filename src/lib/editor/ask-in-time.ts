/** A question to the server that ends with Monaco's wish for an answer: stale ones are not waited for. */
import type { CancellationToken } from 'monaco-editor/editor'

export async function askInTime<T>(token: CancellationToken, ask: (signal: AbortSignal) => Promise<T | null>): Promise<T | null> {
  if (token.isCancellationRequested) return null
  const stop = new AbortController()
  const listening = token.onCancellationRequested(() => stop.abort())
  try {
    const answer = await ask(stop.signal)
    return token.isCancellationRequested ? null : answer
  } catch {
    return null
  } finally {
    listening.dispose()
  }
}
