/**
 * Api: the browser's calls to /api/v1. An answer or a Problem becomes an Outcome with a sentence for the person;
 * a network that is away is a refusal too, so that no caller has to catch.
 */
import { accept, refuse, type Outcome, type Refusal } from '#lib/domain/outcome.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export const callApi = <T = unknown>(method: Method, path: string, body?: unknown): Promise<Outcome<T>> => callUrl<T>(method, `/api/v1${path}`, body)

/** The same for an address outside the API that answers alike, such as an embed's. */
export async function callUrl<T = unknown>(method: Method, url: string, body?: unknown, signal?: AbortSignal): Promise<Outcome<T>> {
  const response = await ask(url, {
    method,
    signal: signal ?? null,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  if (response === null) return AWAY
  if (response.status === 204) return accept(null as T)
  const value: unknown = await response.json().catch(() => CUT_OFF)
  if (response.ok) return value === CUT_OFF ? AWAY : accept(value as T)
  return refusalFrom(response.status, value)
}

/** The connection broke off behind the head of the answer, or something in between answered for the server. */
const CUT_OFF = {}

/** A file of the API, to be kept. */
export async function fetchFile(path: string): Promise<Outcome<Blob>> {
  const response = await ask(`/api/v1${path}`, {})
  if (response === null) return AWAY
  if (!response.ok) return refusalFrom(response.status, await response.json().catch(() => null))
  const file = await response.blob().catch(() => null)
  return file === null ? AWAY : accept(file)
}

/** A file that is made as the body says, to be taken piece by piece. */
export async function openFile(url: string, body: unknown, signal: AbortSignal): Promise<Outcome<Response>> {
  const response = await ask(url, { method: 'POST', signal, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  if (response === null) return AWAY
  return response.ok ? accept(response) : refusalFrom(response.status, await response.json().catch(() => null))
}

const AWAY = refuse('offline', 'The server cannot be reached. Check your connection and try again.')

const ask = (url: string, init: RequestInit): Promise<Response | null> => fetch(url, init).catch(() => null)

function refusalFrom(status: number, value: unknown): Refusal {
  const problem = value as { reason?: string; detail?: string } | null
  return refuse(problem?.reason ?? 'failed', problem?.detail ?? `The server answered ${status}. Try again; if it stays, tell the operator.`)
}
