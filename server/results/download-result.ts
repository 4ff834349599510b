/** A result, or a view of it, as a file: made by the reader, then streamed. Who may read its rows may take them along. */
import { attachment, exportFileName } from '#lib/domain/export-file.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { FILE_MEDIA, type FileRequest } from '#lib/domain/result-file.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal, TableRef } from '../reader/reader.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult } from './authorize-result.ts'

export interface Download {
  body: ReadableStream<Uint8Array>
  headers: Record<string, string>
}

export async function downloadResult(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, resultId: string, request: FileRequest, signal: AbortSignal): Promise<Outcome<Download, AuthorizeRefusal | ReaderRefusal>> {
  const allowed = await authorizeResult(deps, actor, resultId)
  if (!allowed.ok) return allowed
  const notebook = await authorizeNotebook(deps, actor, allowed.value.notebookId, 'result:read')
  return notebook.ok ? makeDownload(deps, allowed.value, notebook.value.title, request, signal) : notebook
}

/** No authorization: the caller has done it. */
export async function makeDownload(deps: Pick<Deps, 'reader'>, table: TableRef, title: string, request: FileRequest, signal: AbortSignal): Promise<Outcome<Download, ReaderRefusal>> {
  const file = await deps.reader.file(table, request, signal)
  if (!file.ok) return file
  return accept({ body: file.value.body, headers: {
    'content-type': FILE_MEDIA[request.format],
    'content-length': String(file.value.bytes),
    'content-disposition': attachment(exportFileName(title, request.format)),
    'cache-control': 'private, no-store',
  } })
}
