/**
 * One file of a workspace: all of it as a stream to be kept, or its beginning to look at. Rows of CSV, JSON and Parquet
 * are read in the reader's process; a text is cut after its first part. Nothing of it is ever run or drawn as a page [S37].
 */
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Action } from '#lib/domain/access.ts'
import { checkDataPath, hasTextEnding, tableFormatOf } from '#lib/domain/data.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { FileHead, ReaderRefusal } from '../reader/reader.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { isBinned } from './binned.ts'
import { noSuchFile, prefixOf } from './data-place.ts'
import { orAway } from './or-away.ts'

const TEXT_BYTES = 64 * 1024
const ROWS = 50

export interface FileRequest {
  workspaceId: string
  path: string
}

export interface FoundFile {
  workspaceId: WorkspaceId
  path: string
  key: string
  bytes: number
  modifiedAt: Date
}

type FileRefusal = AuthorizeRefusal | 'path-invalid' | 'storage-unavailable'
type FileDeps = Pick<Deps, 'db' | 'objects'>

export async function findFile(deps: FileDeps, actor: Actor | null, { workspaceId: workspace, path }: FileRequest, action: Action = 'data:read'): Promise<Outcome<FoundFile, FileRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, action)
  if (!allowed.ok) return allowed
  const checked = checkDataPath(path)
  if (!checked.ok) return checked
  const { workspaceId } = allowed.value
  const key = `${prefixOf(workspaceId, 'files')}${path}`
  if (await isBinned(deps.db, workspaceId, key)) return noSuchFile()
  const info = await orAway(() => deps.objects.stat(key))
  if (!info.ok) return info
  return info.value === null ? noSuchFile() : accept({ workspaceId, path, key, bytes: info.value.bytes, modifiedAt: info.value.modifiedAt })
}

export async function openFile(deps: FileDeps, actor: Actor | null, request: FileRequest): Promise<Outcome<{ body: Readable; bytes: number; name: string }, FileRefusal>> {
  const found = await findFile(deps, actor, request)
  if (!found.ok) return found
  const body = await orAway(() => deps.objects.stream(found.value.key))
  return body.ok ? accept({ body: body.value, bytes: found.value.bytes, name: request.path.split('/').at(-1) ?? 'file' }) : body
}

export interface FilePreview {
  path: string
  bytes: number
  modifiedAt: string
  location: string
  content: { kind: 'table'; head: FileHead } | { kind: 'text'; text: string; isCut: boolean } | { kind: 'none'; why: string }
}

export async function previewFile(deps: FileDeps & Pick<Deps, 'reader' | 'config'>, actor: Actor | null, request: FileRequest): Promise<Outcome<FilePreview, FileRefusal | ReaderRefusal>> {
  const found = await findFile(deps, actor, request)
  if (!found.ok) return found
  const { path, key, bytes, modifiedAt } = found.value
  const about = { path, bytes, modifiedAt: modifiedAt.toISOString(), location: `s3a://${deps.config.s3.bucket}/${key}` }
  const format = tableFormatOf(path)
  if (format !== null && bytes > 0) {
    const head = await deps.reader.fileHead({ key, format, rows: ROWS })
    if (head.ok) return accept({ ...about, content: { kind: 'table', head: head.value } })
    if (head.reason !== 'table-unreadable' && head.reason !== 'filter-invalid') return refuse(head.reason, head.reason === 'result-gone' ? noSuchFile().message : head.message)
    if (format === 'parquet') return accept({ ...about, content: { kind: 'none', why: 'This Parquet file cannot be read: it is damaged, or something else with that ending.' } })
  }
  const text = await orAway(async () => readText(await buffer(await deps.objects.stream(key, TEXT_BYTES)), hasTextEnding(path)))
  if (!text.ok) return text
  return accept({ ...about, content: text.value === null ? { kind: 'none', why: 'This file is not text, so there is nothing to look at. Download it instead.' } : { kind: 'text', text: text.value, isCut: bytes > TEXT_BYTES } })
}

/** Null for what is not text. A letter may be cut in two at the end. */
function readText(bytes: Uint8Array, isSurelyText: boolean): string | null {
  const text = new TextDecoder('utf-8').decode(bytes)
  const odd = (text.slice(0, -1).match(/[\0\ufffd]/g) ?? []).length
  return odd > (isSurelyText ? text.length / 10 : 0) ? null : text.replaceAll('\0', '\ufffd')
}
