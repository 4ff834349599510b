/**
 * The whole of a long text that a cell printed: its parts by number, one part, or all of it as one stream. Never more
 * than one part is in memory. Who may read the run may read its texts; a text of another run is not found.
 */
import { Readable } from 'node:stream'
import { and, eq, sql } from 'drizzle-orm'
import { isUuid, type RunId } from '#lib/domain/ids.ts'
import { partName, readPartName, type TextPart } from '#lib/domain/long-text.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Objects } from '../objects/objects.ts'
import type { Database } from '../store/client.ts'
import { isShownNow } from '../shares/is-shown-now.ts'
import { outputs, runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeRun } from './read-run.ts'
import { textPrefix } from './text-prefix.ts'

type Deps = { db: Database; objects: Objects }
interface Which { runId: string; textId: string }

export interface LongText {
  rows: number
  bytes: number
  parts: TextPart[]
}

export async function readText(deps: Deps, actor: Actor | null, which: Which): Promise<Outcome<LongText, AuthorizeRefusal>> {
  const prefix = await prefixOf(deps, actor, which)
  if (!prefix.ok) return prefix
  const parts = await listParts(deps, prefix.value)
  if (parts.length === 0) return gone()
  const last = parts.at(-1)!
  return accept({ parts, rows: last.firstRow + last.rows, bytes: parts.reduce((sum, part) => sum + part.bytes, 0) })
}

export async function readTextPart(deps: Deps, actor: Actor | null, which: Which & Pick<TextPart, 'part' | 'firstRow' | 'rows'>): Promise<Outcome<Uint8Array, AuthorizeRefusal>> {
  const prefix = await prefixOf(deps, actor, which)
  if (!prefix.ok) return prefix
  const body = await deps.objects.get(`${prefix.value}${partName(which)}`)
  return body === null ? gone() : accept(body)
}

export async function streamText(deps: Deps, actor: Actor | null, which: Which): Promise<Outcome<ReadableStream<Uint8Array>, AuthorizeRefusal>> {
  const prefix = await prefixOf(deps, actor, which)
  if (!prefix.ok) return prefix
  const parts = await listParts(deps, prefix.value)
  if (parts.length === 0) return gone()
  const bodies = async function* (): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield (await deps.objects.get(`${prefix.value}${partName(part)}`)) ?? new Uint8Array()
  }
  return accept(Readable.toWeb(Readable.from(bodies(), { highWaterMark: 1 })) as ReadableStream<Uint8Array>)
}

async function prefixOf(deps: Deps, actor: Actor | null, { runId, textId }: Which): Promise<Outcome<string, AuthorizeRefusal>> {
  const allowed = await authorizeRun(deps, actor, runId, 'notebook:read')
  if (!allowed.ok) return allowed
  const [run] = await deps.db.select({ id: runs.id, workspaceId: runs.workspaceId }).from(runs).where(eq(runs.id, runId as RunId))
  if (run === undefined || !isUuid(textId)) return gone()
  return allowed.value.shareId === null || (await isShownText(deps.db, run.id, textId)) ? accept(textPrefix(run, textId)) : gone()
}

/** Of a run of several cells a guest reads the texts of those alone for which it is shown. */
async function isShownText(db: Database, runId: RunId, textId: string): Promise<boolean> {
  const [row] = await db.select({ cellId: outputs.cellId }).from(outputs).where(and(eq(outputs.runId, runId), sql`${outputs.output} ->> 'textId' = ${textId}`)).limit(1)
  return row !== undefined && isShownNow(db, { runId, cellId: row.cellId })
}

/** Parts are written two at a time: while the cell runs, one may be missing before the last. */
async function listParts(deps: Deps, prefix: string): Promise<TextPart[]> {
  const parts: TextPart[] = []
  for await (const { key, bytes } of deps.objects.list(prefix)) {
    const part = readPartName(key.slice(prefix.length), bytes)
    if (part === null || part.part !== parts.length) break
    parts.push(part)
  }
  return parts
}

const gone = () => refuse('not-found', 'This text is not kept, or you have no access to it.')
