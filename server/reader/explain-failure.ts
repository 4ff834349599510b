/** DuckDB's and the Delta kernel's words → one of our reasons and a sentence. Their words go to the log, never to the person. */
import { refuse, type Refusal } from '#lib/domain/outcome.ts'
import type { Question } from './messages.ts'
import type { ReaderRefusal } from './reader.ts'

/** What makes a question smaller, where its table is not one that a person can filter. */
const ADVICE: Partial<Record<Question['kind'], string>> = {
  'same-rows': 'Compare tables of this size in a cell, with EXCEPT ALL.',
  'compare': 'Choose a key that tells the rows apart, or let the cells show fewer rows.',
  'source': 'Try again in a moment; if it stays, split the file into smaller ones.',
  'file-head': 'Try again in a moment; if it stays, download the file.',
  'state': 'Try again in a moment.',
  'commits': 'Try again in a moment.',
}
export const adviceFor = (kind: Question['kind']): string => ADVICE[kind] ?? 'Filter the table or sort by fewer columns.'

const NAMED = 'This Delta table uses a feature that DataHarbour cannot read: $1.'
/** `…` is the advice for the question; `$1` what the pattern has found, which may be a name out of anybody's log. */
const RULES: [RegExp, ReaderRefusal, string][] = [
  [/^Long log:/, 'reader-timeout', 'This table has a very long log and no checkpoint near its end. A part of it has been read and is remembered: try again in a moment.'],
  [/INTERRUPT/i, 'reader-timeout', 'Reading took too long and was stopped. …'],
  [/Conversion Error/i, 'filter-invalid', 'A filter’s value does not fit its column.'],
  [/No files in log segment|FileNotFound|TableNotFound|NoSuchKey|HTTP 404|\b404\b.*Not Found/i, 'result-gone', 'The data of this result is no longer in the store. Run the cell again.'],
  [/end version \d+ not the same as the specified/i, 'table-unreadable', 'The table is not at the version that was recorded for this result. Run the cell again.'],
  [/error sending request|Could not connect|connection (refused|error|reset)|HTTP 5\d\d|\b50[0-9]\b|InvalidAccessKeyId|SignatureDoesNotMatch|HTTP 403|Access ?Denied|timed? ?out/i, 'storage-unavailable', 'The object store cannot be reached. The result is safe; try again in a moment.'],
  [/No space left on device|ENOSPC/i, 'storage-unavailable', 'The server’s disk has no room for this. Tell the operator. …'],
  [/Out of Memory|could not allocate/i, 'reader-unavailable', 'This needs more memory than the reader has. …'],
  [/Feature '([\w.-]{1,60})' is not supported/i, 'table-unreadable', NAMED],
  [/(reader version \d{1,9}|catalog-managed|deletion ?vectors?|column ?mapping)/i, 'table-unreadable', NAMED],
  [/reader ?feature|unsupported|not supported/i, 'table-unreadable', 'This Delta table uses a feature that DataHarbour cannot read.'],
  [/Permission Error/i, 'table-unreadable', 'This Delta table points to files outside its own folder, so it is not read.'],
  [/Binder Error.*(not found|does not have)/is, 'table-unreadable', 'The table’s columns are not those that were recorded for this result. Run the cell again.'],
]

export function explainFailure(detail: string, kind: Question['kind']): Refusal<ReaderRefusal> {
  for (const [pattern, reason, message] of RULES) {
    const found = pattern.exec(detail)
    if (found !== null) return refuse(reason, message.replace('…', adviceFor(kind)).replace('$1', () => found[1] ?? ''))
  }
  return refuse('table-unreadable', 'This table cannot be read. Run the cell again; if it stays, the log says why.')
}
