/** One call of our own API from the browser. A refusal comes back as a value with its sentence; so does a lost connection. */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'

export type ApiMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export async function callApi<T>(method: ApiMethod, path: string, body?: unknown): Promise<Outcome<T>> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  } catch {
    return refuse('offline', 'The server cannot be reached. Check your connection and try again.')
  }
  if (response.status === 204) return accept(null as T)
  const value: unknown = await response.json().catch(() => null)
  if (response.ok) return accept(value as T)
  const problem = value as { reason?: string; detail?: string } | null
  return refuse(problem?.reason ?? 'failed', problem?.detail ?? `The server answered ${response.status}. Try again.`)
}
