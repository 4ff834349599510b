/** A look at an uploaded file before a table is made of it: how it is read, columns, types and the first rows. */
import { buffer } from 'node:stream/consumers'
import { importFormat, type Delimiter, type Encoding } from '#lib/domain/import.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal, SourceLook, SourceQuestion } from '../reader/reader.ts'
import { findUpload, sheetKey, touchUpload, uploadKey, type UploadRow } from '../uploads/upload-rows.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface LookRequest {
  uploadId: string
  delimiter: Delimiter | null
  encoding: Encoding | null
  hasHeader: boolean | null
  sheet: number | null
}

export type UploadLook = SourceLook & { sheets: string[] | null }
export type LookRefusal = AuthorizeRefusal | ReaderRefusal | 'not-whole' | 'not-ready' | 'no-table' | 'file-unreadable'
type LookDeps = Pick<Deps, 'db' | 'objects' | 'reader'>

const HEAD_BYTES = 64 * 1024

export async function lookAtUpload(deps: LookDeps, actor: Actor | null, request: LookRequest): Promise<Outcome<UploadLook, LookRefusal>> {
  const found = await findUpload(deps, actor, request.uploadId)
  if (!found.ok) return found
  const row = found.value
  if (row.state !== 'whole') return refuse('not-whole', 'This file is not wholly here yet.')
  const question = await questionOf(deps, row, request)
  if (!question.ok) return question
  await touchUpload(deps, row.id)
  const look = await deps.reader.source(question.value)
  if (look.ok) return accept({ ...look.value, sheets: row.sheets?.map(({ name }) => name) ?? null })
  return look.reason === 'table-unreadable' || look.reason === 'filter-invalid' ? refuse('file-unreadable', UNREADABLE[question.value.format]) : look
}

const UNREADABLE: Record<SourceQuestion['format'], string> = {
  csv: 'This file cannot be read as CSV. Choose another encoding or delimiter, or keep it as a file.', json: 'This file is no valid JSON: an array of objects, or an object per line. You can keep it as a file.',
  parquet: 'This Parquet file is damaged, or something else with that name.', sheet: 'This sheet cannot be read.',
}

async function questionOf(deps: LookDeps, row: UploadRow, { delimiter, encoding, hasHeader, sheet }: LookRequest): Promise<Outcome<SourceQuestion, 'no-table' | 'not-ready' | 'file-unreadable' | 'storage-unavailable'>> {
  const format = importFormat(row.name)
  const key = uploadKey(row)
  if (format === null) return refuse('no-table', 'A table can be made of CSV, TSV, JSON, NDJSON, Parquet and Excel (.xlsx). Keep this one as a file.')
  if (format === 'sheet') {
    if (row.problem !== null) return refuse('file-unreadable', row.problem)
    if (row.sheets === null) return refuse('not-ready', 'The sheets of this workbook are being read.')
    const chosen = row.sheets[sheet ?? 0]
    return chosen === undefined ? refuse('file-unreadable', 'This workbook has no such sheet.') : accept({ key: sheetKey(row, sheet ?? 0), format, sheet: sheet ?? 0, hasHeader, width: chosen.width })
  }
  if (format === 'json') return accept({ key, format, bytes: row.bytes })
  if (format === 'parquet') return accept({ key, format })
  const head = encoding !== null ? null : await orAway(async () => buffer(await deps.objects.stream(key, Math.min(HEAD_BYTES, row.bytes))))
  if (head?.ok === false) return head
  return accept({ key, format, delimiter, hasHeader, encoding: encoding ?? encodingOf(head!.value) })
}

/** By the mark at its beginning, else UTF-8 where that is what it is. A letter may be cut in two at the end. */
function encodingOf(head: Uint8Array): Encoding {
  const [first, second] = head
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16'
  const text = new TextDecoder('utf-8').decode(head)
  return text.slice(0, -1).includes('\ufffd') ? 'latin-1' : 'utf-8'
}
