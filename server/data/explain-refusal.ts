/** The reader speaks of results of cells; these are its refusals in the words of the data browser. */
import { refuse, type Refusal } from '#lib/domain/outcome.ts'
import type { ReaderRefusal } from '../reader/reader.ts'

const SENTENCES: Partial<Record<ReaderRefusal, string>> = {
  'result-gone': 'Files of this version are no longer in the store: they were vacuumed or removed. Choose a newer version.',
  'storage-unavailable': 'The object store cannot be reached. Try again in a moment.',
}
const DAMAGED = 'This table cannot be read: its log is damaged, or it is not a Delta table as DataHarbour knows it.'
/** What is said of tables in general. */
const FITS = /feature|outside its own folder/

export function explainTable(refusal: Refusal<ReaderRefusal>): Refusal<ReaderRefusal> {
  if (refusal.reason === 'table-unreadable') return FITS.test(refusal.message) ? refusal : refuse(refusal.reason, DAMAGED)
  return refuse(refusal.reason, SENTENCES[refusal.reason] ?? refusal.message)
}

/** A log is read without anybody's filter. */
export const explainLog = (refusal: Refusal<ReaderRefusal>): Refusal<ReaderRefusal> =>
  refusal.reason === 'filter-invalid' ? refuse('table-unreadable', DAMAGED) : explainTable(refusal)
