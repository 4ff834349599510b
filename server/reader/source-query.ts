/**
 * Source query: the SQL by which DuckDB reads an uploaded file, for the look at it in the reader and for the making of a
 * table alike, so that what was seen is what is made. Text is read as text and turned into its type here: a value that is
 * not wholly of its type is a bad one, never rounded or cut in silence.
 */
import type { ImportColumn, ImportType, Reading } from '#lib/domain/import.ts'
import { literal } from './engine.ts'
import { quote } from './quote.ts'

/** An uploaded file; for a sheet of a workbook, its rows of text. */
export interface SourceRef {
  url: string
  reading: Reading
}

const LINE_MAX = 4_000_000
/** What is read at once, by each of two threads: DuckDB's own choice is sixteen lines. */
const BUFFER_BYTES = 16_000_000
const OBJECT_MAX = 16_000_000
/** So much JSON is looked at whole in a few seconds: a field that comes late in it is a column too. */
const JSON_WHOLE_BYTES = 2 ** 25
export const JSON_FIRST_ROWS = 5000
const DOUBLE_DIGITS = 15

export const textColumns = (width: number): string[] => Array.from({ length: width }, (_, at) => `c${at}`)
/** Of a larger one, the names and types are those of its first rows: what comes later is no column by itself. */
export const isLookedAtWhole = (bytes: number): boolean => bytes <= JSON_WHOLE_BYTES
/** JSON with the names and types that all of its rows have; of a file of more than 32 MB, its first rows. */
export const jsonTable = (url: string, bytes: number): string => `read_json(${literal(url)}, sample_size = ${isLookedAtWhole(bytes) ? -1 : JSON_FIRST_ROWS}, maximum_object_size = ${OBJECT_MAX})`
/** The rows of JSON as they are, to be asked for their names: DuckDB passes over a field that is none of the columns it is told of. */
export const jsonRows = (url: string, objectMax = OBJECT_MAX): string => `SELECT json FROM read_json_objects(${literal(url)}, format = 'auto', maximum_object_size = ${objectMax})`

/** What stands behind FROM. `isPadded`: a line with too few values has nulls at its end; else it is an error, as one with too many always is. */
export function sourceTable({ url, reading }: SourceRef, columns: readonly ImportColumn[], isPadded: boolean): string {
  const from = literal(url)
  if (reading.format === 'parquet') return `read_parquet(${from}, hive_partitioning = false)`
  if (reading.format === 'sheet') return `(SELECT * EXCLUDE (file_row_number) FROM read_parquet(${from}, hive_partitioning = false, file_row_number = true) WHERE file_row_number >= ${reading.hasHeader ? 1 : 0})`
  if (reading.format === 'json') return `read_json(${from}, columns = ${struct(columns.map(({ from: name, type }) => [name, type === 'as-is' ? 'JSON' : 'VARCHAR']))}, maximum_object_size = ${OBJECT_MAX})`
  const names = struct(textColumns(reading.width).map((name) => [name, 'VARCHAR']))
  return `read_csv(${from}, auto_detect = false, columns = ${names}, delim = ${literal(reading.delimiter)}, quote = '"', escape = '"', header = ${reading.hasHeader}, encoding = ${literal(reading.encoding)}, allow_quoted_nulls = false, null_padding = ${isPadded}, parallel = ${!isPadded}, max_line_size = ${LINE_MAX}, buffer_size = ${BUFFER_BYTES})`
}

const struct = (fields: readonly [string, string][]): string => `{${fields.map(([name, type]) => `${literal(name)}: ${literal(type)}`).join(', ')}}`

/** Stands for the file's own type of a column, which is asked where the file is read: a request is no place for SQL. */
export const givenType = (mark: string, at: number): string => `<given ${mark} ${at}>`

/** Whether a value of the column can fail to be of its type. */
export const isChecked = ({ format }: Reading, { type }: ImportColumn): boolean => (type === 'as-is' ? format === 'json' : type !== 'string')

/**
 * The rows as the table has them; behind them, of each checked column, the text of a value that is not of its type, else
 * null; and last the bytes that the row had in the file. In steps, so that each text is cut to its words and tried once:
 * what stands twice in one step, DuckDB does twice.
 */
export function typedRows(source: SourceRef, columns: readonly ImportColumn[], { isPadded, mark }: { isPadded: boolean; mark: string }): string {
  const { reading } = source
  const weight = reading.format === 'csv' ? [...textColumns(reading.width).map((name) => `coalesce(strlen(${quote(name)}), 0)`), String(reading.width)].join(' + ') : '0'
  const isText = (column: ImportColumn): boolean => column.type !== 'string' && column.type !== 'as-is'
  const raw = columns.map((column, at) => `${isText(column) ? `trim(CAST(${quote(column.from)} AS VARCHAR))` : quote(column.from)} AS t${at}`)
  const plain = columns.map((column, at) => (isText(column) ? `${plainText(`t${at}`)} AS t${at}` : `t${at}`))
  const typed = columns.map((column, at) => `${valueOf(reading, column, at, mark)} AS v${at}`)
  const bad = columns.flatMap((column, at) => (isChecked(reading, column) ? [`CASE WHEN v${at} IS NULL AND t${at} IS NOT NULL THEN left(CAST(t${at} AS VARCHAR), 60) END`] : []))
  const texts = columns.map((_, at) => `t${at}`)
  const steps = [
    `SELECT ${[...raw, `${weight} AS weight`].join(', ')} FROM ${sourceTable(source, columns, isPadded)}`,
    `SELECT ${[...plain, 'weight'].join(', ')} FROM `,
    `SELECT ${[...texts, ...typed, 'weight'].join(', ')} FROM `,
    `SELECT ${[...columns.map(({ name }, at) => `v${at} AS ${quote(name)}`), ...bad.map((sql, at) => `${sql} AS "bad ${at}"`), 'CAST(weight AS BIGINT) AS " weight"'].join(', ')} FROM `,
  ]
  return steps.reduce((inner, step) => `${step}(${inner})`)
}

function valueOf({ format }: Reading, { type }: ImportColumn, at: number, mark: string): string {
  if (type === 'string') return `CAST(t${at} AS VARCHAR)`
  if (type === 'as-is') return format === 'json' ? `TRY_CAST(t${at} AS ${givenType(mark, at)})` : `t${at}`
  return typedValue(type, `t${at}`)
}

/** What people write for “nothing” where no text is meant. */
const plainText = (text: string): string => `CASE WHEN ${text} IN ('', 'NA', 'N/A', 'NULL', 'null', '\\N', '#N/A', 'None') THEN NULL ELSE ${text} END`

export function typedValue(type: Exclude<ImportType, 'string' | 'as-is'>, text: string): string {
  const when = (pattern: string, value: string): string => `CASE WHEN regexp_full_match(${text}, ${literal(pattern)}) THEN ${value} END`
  switch (type) {
    case 'bigint': return when('[+-]?\\d{1,19}', `TRY_CAST(${text} AS BIGINT)`)
    case 'double': return when('[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|[Nn]a[Nn]|[+-]?[Ii]nf(inity)?', doubleOf(text))
    case 'double-comma': return when('[+-]?(\\d{1,3}(\\.\\d{3})+|\\d+)(,\\d+)?', doubleOf(`replace(replace(${text}, '.', ''), ',', '.')`))
    case 'decimal': return when('[+-]?\\d{0,28}(\\.\\d{0,10})?', `TRY_CAST(${text} AS DECIMAL(38,10))`)
    case 'boolean': return `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false WHEN 'yes' THEN true WHEN 'no' THEN false WHEN 't' THEN true WHEN 'f' THEN false WHEN '1' THEN true WHEN '0' THEN false END`
    case 'date': return when('\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}', `TRY_CAST(${text} AS DATE)`)
    case 'date-dmy': return when('\\d{1,2}[./-]\\d{1,2}[./-]\\d{4}', `CAST(coalesce(try_strptime(${text}, '%d.%m.%Y'), try_strptime(${text}, '%d/%m/%Y'), try_strptime(${text}, '%d-%m-%Y')) AS DATE)`)
    case 'date-mdy': return when('\\d{1,2}/\\d{1,2}/\\d{4}', `CAST(try_strptime(${text}, '%m/%d/%Y') AS DATE)`)
    case 'timestamp': return when('\\d{4}-\\d{1,2}-\\d{1,2}([ T]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?', `TRY_CAST(${text} AS TIMESTAMPTZ)`)
  }
}

/** Any number of 15 digits is one that a double keeps. A longer one has to come back as it was written, as short as may be or in full; with an exponent it was a double before. The quick ways first. */
function doubleOf(text: string): string {
  const value = `TRY_CAST(${text} AS DOUBLE)`
  const [short, full] = [`CAST(${value} AS VARCHAR)`, `printf('%.17g', ${value})`]
  const keeps = [`strlen(${text}) <= ${DOUBLE_DIGITS}`, `${short} = ${text}`, `contains(lower(${text}), 'e')`, ...[short, full].map((written) => `${digitsOf(written)} = ${digitsOf(text)}`)]
  return `CASE ${keeps.map((holds) => `WHEN ${holds} THEN ${value}`).join(' ')} END`
}

/** From the first to the last that is no zero. */
const digitsOf = (number: string): string => `trim(translate(split_part(${number}, 'e', 1), '.+-', ''), '0')`
