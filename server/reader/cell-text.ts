/** SQL that writes the value of a column as text: for searching, for CSV and for a sheet of Excel. Exact: nothing is rounded on the way. */
import { columnKind, isNumeric, type ResultColumn } from '#lib/domain/result.ts'
import { quote } from './quote.ts'

/** The signs with which a spreadsheet takes a text for a formula; an apostrophe before them says that it is none. */
const FORMULA_SIGNS = `('=', '+', '-', '@', chr(9), chr(13))`
const guard = (text: string): string => `CASE WHEN left(${text}, 1) IN ${FORMULA_SIGNS} THEN '''' ELSE '' END`

/** Excel's numbers have fifteen digits; what has more goes in as text. */
const DIGITS_MAX = 15
/** Excel's cells end at 32 767 letters of two bytes each. */
const SHEET_BYTES_SAFE = 32_000
const SHEET_TEXT_MAX = 16_000
/** Excel counts days from here, and counts a day too many before March 1900. */
const FIRST_DAY = "DATE '1899-12-30'"
const FIRST_SAFE_DAY = "DATE '1900-03-01'"
const LAST_DAY = "DATE '9999-12-31'"

/** What a person would see, near enough to look for it. */
export function plainText({ name, type }: ResultColumn, x = quote(name)): string {
  const kind = columnKind(type)
  if (kind === 'text') return x
  if (kind === 'nested') return `CAST(to_json(${x}) AS VARCHAR)`
  return kind === 'float' ? floatText(x) : `CAST(${x} AS VARCHAR)`
}

const floatText = (x: string): string => `CASE WHEN isnan(${x}) THEN 'NaN' WHEN isinf(${x}) THEN CASE WHEN ${x} > 0 THEN 'Infinity' ELSE '-Infinity' END ELSE CAST(${x} AS VARCHAR) END`

/** RFC 4180: text in quotes, null as nothing. */
export function csvCell(column: ResultColumn, ofNull = ''): string {
  const x = quote(column.name)
  const kind = columnKind(column.type)
  const text = plainText(column)
  const isWritten = kind === 'text' || kind === 'nested' || kind === 'binary'
  const shown = isWritten ? `'"' || ${guard(text)} || replace(${text}, '"', '""') || '"'` : text
  return `CASE WHEN ${x} IS NULL THEN '${ofNull}' ELSE ${shown} END`
}

const inline = (text: string): string => `'<c t="inlineStr"><is><t xml:space="preserve">' || ${text} || '</t></is></c>'`

/** A cell of a sheet; the characters that XML cannot hold are left for the writer of the file. */
export function sheetCell(column: ResultColumn): string {
  const x = quote(column.name)
  return `CASE WHEN ${x} IS NULL THEN '<c/>' ${casesOf(column, x)} END`
}

function casesOf(column: ResultColumn, x: string): string {
  const kind = columnKind(column.type)
  const plain = plainText(column)
  if (kind === 'boolean') return `ELSE '<c t="b"><v>' || CAST(CAST(${x} AS INT) AS VARCHAR) || '</v></c>'`
  if (kind === 'float') return `WHEN isfinite(${x}) THEN '<c><v>' || CAST(${x} AS VARCHAR) || '</v></c>' ELSE ${inline(plain)}`
  if (isNumeric(kind)) return `WHEN length(regexp_replace(${plain}, '[^0-9]', '', 'g')) <= ${DIGITS_MAX} THEN '<c><v>' || ${plain} || '</v></c>' ELSE ${inline(plain)}`
  if (kind === 'date' || kind === 'timestamp') {
    const isCounted = `CAST(${x} AS DATE) BETWEEN ${FIRST_SAFE_DAY} AND ${LAST_DAY}`
    const days = kind === 'date' ? `CAST(${x} - ${FIRST_DAY} AS VARCHAR)` : `CAST(CAST(epoch_us(CAST(${x} AS TIMESTAMP)) - epoch_us(TIMESTAMP '1899-12-30 00:00:00') AS DOUBLE) / 86400000000 AS VARCHAR)`
    return `WHEN ${isCounted} THEN '<c s="${kind === 'date' ? 1 : 2}"><v>' || ${days} || '</v></c>' ELSE ${inline(plain)}`
  }
  return `ELSE ${inline(`${guard(plain)} || ${escaped(`CASE WHEN strlen(${plain}) > ${SHEET_BYTES_SAFE} AND length(${plain}) > ${SHEET_TEXT_MAX} THEN left(${plain}, ${SHEET_TEXT_MAX}) || '… (' || (length(${plain}) - ${SHEET_TEXT_MAX}) || ' more characters)' ELSE ${plain} END`)}`)}`
}

/** For XML, and for Excel's own way of writing signs (`_x0009_`), which a text may hold by chance. */
const escaped = (text: string): string =>
  `regexp_replace(replace(replace(replace(${text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '_(x[0-9A-Fa-f]{4}_)', '_x005F_\\1', 'g')`
