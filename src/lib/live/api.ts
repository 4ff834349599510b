/**
 * Api: the browser's calls to /api/v1. An answer or a Problem becomes an Outcome with a sentence for the person;
 * a network that is away is a refusal too, so that no caller has to catch.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export const callApi = <T = unknown>(method: Method, path: string, body?: unknown): Promise<Outcome<T>> => callUrl<T>(method, `/api/v1${path}`, body)

/** The same for an address outside the API that answers alike, such as an embed's. */
export async function callUrl<T = unknown>(method: Method, url: string, body?: unknown, signal?: AbortSignal): Promise<Outcome<T>> {
  let response: Response
  try {
    response = await fetch(url, {
      method,
      signal: signal ?? null,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  } catch {
    return refuse('offline', 'The server cannot be reached. Check your connection and try again.')
  }
  if (response.status === 204) return accept(null as T)
  const value: unknown = await response.json().catch(() => null)
  if (response.ok) return accept(value as T)
  const problem = value as { reason?: string; detail?: string } | null
  return refuse(problem?.reason ?? 'failed', problem?.detail ?? `The server answered ${response.status}. Try again; if it stays, tell the operator.`)
}
