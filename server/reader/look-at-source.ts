/**
 * Looks at an uploaded file: how it is to be read, its columns with the types that fit every one of its first rows, and
 * some rows. Numbers with a zero in front stay text, since they are codes, and so do those with more digits than a double
 * keeps: nothing is lost by a guess.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { columnNames, COLUMNS_MAX, DELIMITERS, type Delimiter, type Encoding, type ImportColumn, type ImportType, type Reading } from '#lib/domain/import.ts'
import { checkKey } from '../objects/object-key.ts'
import { literal, readNumber, readRows } from './engine.ts'
import { quote } from './quote.ts'
import type { SourceLook, SourceQuestion } from './reader.ts'
import { isLookedAtWhole, JSON_FIRST_ROWS, jsonRows, jsonTable, sourceTable, textColumns, typedValue } from './source-query.ts'

const SAMPLE_ROWS = 5000
/** Of a wide file, fewer rows: a look is to take a moment. */
const SAMPLE_CELLS = 150_000
const SAMPLE_ROWS_LEAST = 500
/** For the delimiter and the names. */
const SNIFFED_ROWS = 1000
const SHOWN_ROWS = 50
const SHOWN_COLUMNS = 200
const SHOWN_TEXT = 300
/** Of much JSON all rows are looked through for the names of fields, as far as that takes no longer; making the table looks again. */
const FIELDS_FOR_MS = 4000
/** As much room as this process has: larger objects are looked at when the table is made. */
const FIELDS_OBJECT_MAX = 4_000_000
/** The first that fits all values of the sample. */
const CANDIDATES = ['bigint', 'double', 'boolean', 'date', 'timestamp', 'date-dmy', 'date-mdy', 'double-comma'] as const

export async function lookAtSource(connection: DuckDBConnection, bucket: string, question: SourceQuestion): Promise<SourceLook> {
  const url = `s3://${bucket}/${checkKey(question.key)}`
  if (question.format === 'csv') return lookAtText(connection, url, await sniff(connection, url, question))
  if (question.format === 'sheet') return lookAtText(connection, url, { format: 'sheet', sheet: question.sheet, hasHeader: question.hasHeader ?? true, width: question.width })
  return lookAtTyped(connection, url, question)
}

async function lookAtText(connection: DuckDBConnection, url: string, reading: Extract<Reading, { format: 'csv' | 'sheet' }>): Promise<SourceLook> {
  const names = textColumns(reading.width)
  const source = sourceTable({ url, reading }, [], true)
  const heads = reading.hasHeader ? await readHead(connection, url, reading, names) : names.map((_, at) => `column_${at + 1}`)
  const types = await guessTypes(connection, source, names)
  const plain = columnNames(heads)
  return {
    reading, isWhole: true, rows: await readShown(connection, source, names),
    columns: names.map((from, at) => ({ from, name: plain[at]!, type: types[at]!, given: null })),
  }
}

async function lookAtTyped(connection: DuckDBConnection, url: string, question: Extract<SourceQuestion, { format: 'json' | 'parquet' }>): Promise<SourceLook> {
  const { format } = question
  const source = question.format === 'parquet' ? sourceTable({ url, reading: { format: question.format } }, [], false) : jsonTable(url, question.bytes)
  const first = (await readRows(connection, `DESCRIBE SELECT * FROM ${source}`)).map(([name, type]) => ({ from: String(name), given: String(type) }))
  const late = question.format === 'json' && !isLookedAtWhole(question.bytes) ? await findLateFields(connection, url, first.map(({ from }) => from)) : []
  const described = [...first, ...(late ?? []).map((from) => ({ from, given: null }))]
  const plain = columnNames(described.map(({ from }) => from))
  const typed = described.map(({ from, given }, at) => ({ from, name: plain[at]!, type: format === 'parquet' ? ('as-is' as const) : typeOfJson(given), given: given?.slice(0, 2000) ?? null }))
  const rounded = await findRounded(connection, url, typed.filter(({ type }) => type === 'double'))
  const columns = typed.map((column) => (rounded.has(column.from) ? { ...column, type: 'string' as const } : column))
  // With its columns known, JSON is not looked through a second time.
  const shown = format === 'parquet' ? source : sourceTable({ url, reading: { format } }, columns, false)
  return { reading: { format }, columns, isWhole: late !== null, rows: await readShown(connection, shown, described.map(({ from }) => from)) }
}

/** The fields that come behind the rows that were looked at; null when there was no time, or no room, to find them all. */
async function findLateFields(connection: DuckDBConnection, url: string, known: readonly string[]): Promise<string[] | null> {
  const rows = `(SELECT json_keys(json) AS fields FROM (${jsonRows(url, FIELDS_OBJECT_MAX)}))`
  const isKnown = `list_has_all([${known.map(literal).join(', ')}], fields)`
  let isTooLong = false
  const timer = setTimeout(() => {
    isTooLong = true
    connection.interrupt()
  }, FIELDS_FOR_MS)
  try {
    // Of what is no table of fields each value goes wholly into one column, which DuckDB calls so.
    if (known.length === 1 && known[0] === 'json' && (await readNumber(connection, `SELECT count(*) FROM (FROM ${rows} LIMIT ${JSON_FIRST_ROWS}) WHERE NOT ${isKnown}`)) > 0) return []
    const found = await readRows(connection, `SELECT DISTINCT unnest(fields) FROM ${rows} WHERE NOT ${isKnown} LIMIT ${COLUMNS_MAX + known.length}`)
    const late = found.map(([field]) => String(field)).filter((field) => !known.includes(field)).toSorted()
    return late.length >= COLUMNS_MAX ? null : withoutLikes(late, known)
  } catch (error) {
    // What is no JSON far down is told by its byte when the table is made.
    if (isTooLong || /out of memory|malformed|object_size/i.test(String(error))) return null
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** DuckDB cannot read two fields that differ by large letters alone, nor one without a name. Which these are is told when the table is made. */
function withoutLikes(late: readonly string[], known: readonly string[]): string[] {
  const taken = new Set(['', ...known.map((field) => field.toLowerCase())])
  return late.filter((field) => !taken.has(field.toLowerCase()) && taken.add(field.toLowerCase()))
}

/** What JSON has as numbers, but with more digits than a double keeps: as text they are as they were written. */
async function findRounded(connection: DuckDBConnection, url: string, doubles: readonly ImportColumn[]): Promise<Set<string>> {
  if (doubles.length === 0) return new Set()
  const isKept = doubles.map(({ from }) => `count(${quote(from)}) = count(${typedValue('double', quote(from))})`)
  const [kept = []] = await readRows(connection, `SELECT ${isKept.join(', ')} FROM (SELECT * FROM ${sourceTable({ url, reading: { format: 'json' } }, doubles, false)} LIMIT ${sampleOf(doubles.length)})`)
  return new Set(doubles.filter((_, at) => kept[at] === false).map(({ from }) => from))
}

/** JSON’s own words, read anew as text, so that a later value that is no number is a bad value and no failure. */
function typeOfJson(given: string | null): ImportType {
  // What comes late is text, whatever it is: nobody has looked at all of it.
  if (given === null) return 'string'
  if (given === 'VARCHAR' || given === 'UUID' || given === 'JSON') return 'string'
  if (given === 'BIGINT' || given === 'INTEGER') return 'bigint'
  if (given === 'DOUBLE') return 'double'
  if (given === 'BOOLEAN') return 'boolean'
  if (given === 'DATE') return 'date'
  if (/^TIMESTAMP/.test(given)) return 'timestamp'
  return /[([]/.test(given) ? 'as-is' : 'string'
}

async function sniff(connection: DuckDBConnection, url: string, { delimiter, hasHeader, encoding }: Extract<SourceQuestion, { format: 'csv' }>): Promise<Extract<Reading, { format: 'csv' }>> {
  const given = delimiter === null ? '' : `, delim = ${literal(delimiter)}`
  const header = hasHeader === null ? '' : `, header = ${hasHeader}`
  const [row] = await readRows(connection, `SELECT Delimiter, HasHeader, len(Columns) FROM sniff_csv(${literal(url)}, sample_size = ${SNIFFED_ROWS}, all_varchar = false, quote = '"', escape = '"', encoding = ${literal(encoding)}, null_padding = true, max_line_size = 4000000, buffer_size = 16000000${given}${header})`)
  const found = delimiter ?? DELIMITERS.find((one) => one === String(row?.[0])) ?? ','
  const reading = { format: 'csv' as const, delimiter: found satisfies Delimiter, encoding: encoding satisfies Encoding, hasHeader: hasHeader ?? row?.[1] === true, width: Math.max(1, Number(row?.[2] ?? 1)) }
  return hasHeader === null ? { ...reading, hasHeader: reading.hasHeader || (await hasNames(connection, url, reading)) } : reading
}

/** A file of nothing but text gives a sniffer no sign: a first line of short, different texts is taken for names. */
async function hasNames(connection: DuckDBConnection, url: string, reading: Extract<Reading, { format: 'csv' }>): Promise<boolean> {
  const first = await readHead(connection, url, reading, textColumns(reading.width))
  return first.length > 1 && new Set(first).size === first.length && first.every((text) => /^[\p{L}_][^\d]{0,60}\d?$/u.test(text))
}

async function readHead(connection: DuckDBConnection, url: string, reading: Extract<Reading, { format: 'csv' | 'sheet' }>, names: readonly string[]): Promise<string[]> {
  const [row] = await readRows(connection, `SELECT ${names.map(quote).join(', ')} FROM ${sourceTable({ url, reading: { ...reading, hasHeader: false } }, [], true)} LIMIT 1`)
  return names.map((_, at) => String(row?.[at] ?? '').slice(0, 250))
}

/** The columns one below the other, so that each question is put to the engine once and not once per column: a wide file takes no longer than a long one. */
async function guessTypes(connection: DuckDBConnection, source: string, names: readonly string[]): Promise<ImportType[]> {
  const texts = names.map((name) => `nullif(trim(${quote(name)}), '') AS ${quote(name)}`)
  const sample = `SELECT ${texts.join(', ')} FROM ${source} LIMIT ${sampleOf(names.length)}`
  const rows = await readRows(connection, `SELECT name, count(t), count(*) FILTER (WHERE regexp_matches(t, '^[+-]?0\\d')), ${CANDIDATES.map((type) => `count(${guessed(type, 't')})`).join(', ')}
    FROM (UNPIVOT (${sample}) ON COLUMNS(*) INTO NAME name VALUE t) GROUP BY name`)
  const byName = new Map(rows.map(([name, ...counts]) => [String(name), counts.map(Number)]))
  return names.map((name) => fitting(byName.get(name) ?? []))
}

const sampleOf = (width: number): number => Math.max(SAMPLE_ROWS_LEAST, Math.min(SAMPLE_ROWS, Math.floor(SAMPLE_CELLS / width)))

/** `NO` may be Norway, and 0 and 1 are numbers first. */
const guessed = (type: (typeof CANDIDATES)[number], text: string): string => (type === 'boolean' ? `CASE WHEN lower(${text}) IN ('true', 'false') THEN 1 END` : typedValue(type, text))

function fitting([filled = 0, codes = 0, ...fits]: number[]): ImportType {
  if (filled === 0) return 'string'
  const all = CANDIDATES.filter((_, at) => fits[at] === filled)
  if (codes > 0 && all.some((type) => type === 'bigint' || type === 'double')) return all.includes('bigint') || fits[1] === codes ? 'string' : 'double'
  // Days and months that may be either way round are for a person to tell apart.
  if (all.includes('date-dmy') && all.includes('date-mdy')) return 'string'
  return all[0] ?? 'string'
}

async function readShown(connection: DuckDBConnection, source: string, names: readonly string[]): Promise<(string | null)[][]> {
  const shown = names.slice(0, SHOWN_COLUMNS).map((name) => `left(CAST(${quote(name)} AS VARCHAR), ${SHOWN_TEXT})`)
  const rows = await readRows(connection, `SELECT ${shown.join(', ')} FROM ${source} LIMIT ${SHOWN_ROWS}`)
  return rows.map((row) => row.map((value) => (value === null ? null : String(value))))
}
