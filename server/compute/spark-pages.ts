/**
 * Spark's own pages through the app, for people who may run. This process asks Spark, never a worker: where the pages
 * are is in the compute's row. They listen on their machine alone, so a web process on another cannot show them.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { checkPagesPath, pagesLocation, withStorage } from '#lib/domain/spark-pages.ts'
import type { UserId } from '#lib/domain/ids.ts'
import type { Actor } from '../auth/actor.ts'
import { type Config, hostName } from '../config.ts'
import type { Database } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeCompute, type ComputeRow } from './authorize-compute.ts'
import { computeOfNotebook, kernelPlace } from './compute-store.ts'
import { issuePass, isToRenew, readPass } from './pages-pass.ts'
import { signPagesToken } from './pages-key.ts'

type Deps = { db: Database; config: Pick<Config, 'authSecret'>; now: () => Date }
export type PagesRefusal = AuthorizeRefusal | 'pages-elsewhere' | 'pages-asleep' | 'pages-other-host'

/** A pass for who may look, when there is something to look at. */
export async function enterPages(deps: Deps, actor: Actor | null, computeId: string): Promise<Outcome<{ pass: string }, PagesRefusal>> {
  const allowed = await authorizeCompute(deps, actor, computeId, 'compute:inspect')
  if (!allowed.ok) return allowed
  const place = placeOf(allowed.value)
  if (!place.ok) return place
  return accept({ pass: issuePass(deps.config.authSecret, allowed.value.id, (actor as { userId: UserId }).userId, deps.now()) })
}

/** Where the pages of the Spark are that a notebook's cells run on: an address of ours, or the one that its owner gave. */
export async function findPagesOfNotebook(deps: Deps, actor: Actor | null, notebookId: string): Promise<Outcome<{ url: string }, PagesRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id, workspaceId, workspaceSlug } = allowed.value
  const row = (await kernelPlace(deps.db, id))?.compute ?? (await computeOfNotebook(deps.db, { workspaceId, notebookId: id }))
  const may = await authorizeCompute(deps, actor, row.id, 'compute:inspect')
  if (!may.ok) return may
  if (row.kind === 'remote') return row.uiUrl === null ? ELSEWHERE : accept({ url: row.uiUrl })
  return accept({ url: `/${workspaceSlug}/compute/${row.id}/spark-ui/` })
}

const ELSEWHERE = refuse('pages-elsewhere', 'This Spark runs elsewhere. An owner can write down the address of its pages on the compute page.')

function placeOf(row: ComputeRow): Outcome<string, 'pages-elsewhere' | 'pages-asleep' | 'pages-other-host'> {
  if (row.kind === 'remote') return ELSEWHERE
  if (row.uiUrl === null || row.state !== 'running') return refuse('pages-asleep', 'This Spark is not running, and its pages are gone with it. Start it, or run a cell that needs it.')
  if (row.host !== hostName()) return refuse('pages-other-host', `This Spark runs on the machine ${row.host ?? '?'}, where its pages can be reached from that machine alone.`)
  return accept(row.uiUrl)
}

export interface PageRequest {
  computeId: string
  pass: string
  /** Address of the pages on this server, without a slash at the end. */
  base: string
  path: string
  search: string
  /** A page that is shown, and not something that one loads. */
  isDocument: boolean
}

export type PageAnswer =
  | { kind: 'page'; status: number; type: string; body: Uint8Array | string }
  | { kind: 'moved'; location: string }
  /** Without a pass that counts: the entry gives a new one, to who may. */
  | { kind: 'enter' }
  | { kind: 'refused'; status: 403 | 404 | 502; sentence: string }

const ANSWER_WITHIN_MS = 60_000
const LARGEST_BYTES = 32 * 2 ** 20

export async function readSparkPage(deps: Deps, actor: Actor | null, request: PageRequest): Promise<PageAnswer> {
  const row = await rowForPass(deps, actor, request)
  if (row === null) return request.isDocument ? { kind: 'enter' } : { kind: 'refused', status: 403, sentence: 'Open Spark’s pages again from the compute page.' }
  const place = placeOf(row)
  if (!place.ok) return request.isDocument ? { kind: 'enter' } : { kind: 'refused', status: 502, sentence: place.message }
  const path = checkPagesPath(request.path)
  if (!path.ok) return { kind: 'refused', status: 404, sentence: path.message }
  try {
    return await ask(`${place.value}${path.value}${request.search}`, request.base, signPagesToken(deps.config.authSecret, row.id, deps.now()))
  } catch {
    return { kind: 'refused', status: 502, sentence: 'Spark’s pages do not answer just now. Load this page again in a moment.' }
  }
}

async function rowForPass(deps: Deps, actor: Actor | null, { computeId, pass, isDocument }: PageRequest): Promise<ComputeRow | null> {
  const now = deps.now()
  const read = readPass(deps.config.authSecret, computeId as ComputeRow['id'], pass, now)
  if (read === null) return null
  if (isDocument && (isToRenew(read, now) || actor?.kind !== 'member' || actor.userId !== read.userId)) return null
  // As they stand now: a role that was taken away takes the pages away.
  const allowed = await authorizeCompute(deps, { kind: 'member', userId: read.userId, name: '', sessionId: null }, computeId, 'compute:inspect')
  return allowed.ok ? allowed.value : null
}

async function ask(url: string, base: string, token: string): Promise<PageAnswer> {
  const response = await fetch(url, {
    redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    headers: { authorization: `Bearer ${token}`, 'x-forwarded-context': base, accept: '*/*' },
  })
  const location = response.headers.get('location')
  if (location !== null) {
    await response.body?.cancel()
    const to = pagesLocation(location, base)
    return to === null ? { kind: 'refused', status: 404, sentence: 'Spark’s pages are here to look at. This one is not shown.' } : { kind: 'moved', location: to }
  }
  const bytes = await readAll(response)
  if (bytes === null) return { kind: 'refused', status: 502, sentence: 'This page of Spark’s is too large to be shown.' }
  const type = response.headers.get('content-type') ?? 'application/octet-stream'
  return { kind: 'page', status: response.status, type, body: /^text\/html\b/i.test(type) ? withStorage(new TextDecoder().decode(bytes)) : bytes }
}

/** Null when there is more than a page may have. */
async function readAll(response: Response): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > LARGEST_BYTES) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}
