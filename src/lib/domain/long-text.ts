/**
 * Long text: what a cell prints beyond what its page shows. The page has the head and the tail; the whole, as a
 * terminal would show it, lies in the object store as numbered parts. A part's name says which rows it holds, so a
 * reader finds row n without reading what is before it. A row is a line, or a piece of a very long one. Pure.
 */
export const HEAD_CHARS = 256 * 1024
export const TAIL_CHARS = 256 * 1024
/** Of one text; what is more is dropped from the store, never from the tail. */
export const KEPT_BYTES_MAX = 100_000_000
/** About so many characters a part. */
export const PART_CHARS = 1_000_000
export const ROW_CHARS = 1000

/** Stands where the middle of a long text is not written out, such as in a download. */
export const LEFT_OUT = '… Here text is left out. The notebook shows all of it. …\n'

export interface TextPart {
  part: number
  firstRow: number
  rows: number
  bytes: number
}

/** The rows of a text; a line break at its very end begins no row. */
export function rowsOf(text: string): string[] {
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
  return lines.flatMap((line) => (line.length <= ROW_CHARS ? [line] : cut(line)))
}

function cut(line: string): string[] {
  const rows: string[] = []
  for (let at = 0; at < line.length; at += ROW_CHARS) rows.push(line.slice(at, at + ROW_CHARS))
  return rows
}

export const partName = ({ part, firstRow, rows }: Omit<TextPart, 'bytes'>): string => `${String(part).padStart(6, '0')}-${firstRow}-${rows}.txt`

/** Null for a name that is not a part's. */
export function readPartName(name: string, bytes: number): TextPart | null {
  const [, part, firstRow, rows] = /^(\d{6})-(\d+)-(\d+)\.txt$/.exec(name) ?? []
  return rows === undefined ? null : { part: Number(part), firstRow: Number(firstRow), rows: Number(rows), bytes }
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** `812 B`, `4.2 kB`, `48 MB`. */
export function describeBytes(count: number): string {
  const step = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3))
  const value = count / 1000 ** step
  return `${value >= 10 || step === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`
}
