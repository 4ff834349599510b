/**
 * Code that names a table or a file: what the data browser copies and puts into cells, and whether a cell's source names
 * a table. What is inserted works by itself: a whole statement in an empty cell, and after one that is there already.
 */
import type { CellKind } from './cell.ts'
import { DEFAULT_SCHEMA, tableFormatOf, type TableName } from './data.ts'

/** Rows that a look at a table asks for. */
const LOOK_ROWS = 100
const RESERVED = new Set(['all', 'and', 'as', 'by', 'case', 'cross', 'end', 'except', 'from', 'full', 'group', 'having', 'in', 'inner', 'join', 'left', 'limit', 'minus', 'not', 'null', 'on', 'or', 'order', 'right', 'select', 'set', 'table', 'then', 'union', 'using', 'values', 'when', 'where', 'with'])

const part = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name.toLowerCase()) ? name : `\`${name}\``)
/** As SQL takes it. */
export const sqlName = ({ schema, table }: TableName): string => (schema === DEFAULT_SCHEMA ? part(table) : `${part(schema)}.${part(table)}`)

export function tableCode(name: TableName, kind: 'python' | 'sql', version: number | null = null): string {
  if (kind === 'sql') return `SELECT * FROM ${sqlName(name)}${version === null ? '' : ` VERSION AS OF ${version}`} LIMIT ${LOOK_ROWS}`
  return version === null ? `spark.table("${sqlName(name)}")` : `spark.read.option("versionAsOf", ${version}).table("${sqlName(name)}")`
}

/** A file by its ending; what is no table is read as text. */
export function fileCode(location: string): string {
  const format = tableFormatOf(location)
  if (format === 'csv') return `spark.read.csv("${location}", header=True, inferSchema=True${/\.tsv$/i.test(location) ? ', sep="\\t"' : ''})`
  if (format === 'json') return `spark.read.json("${location}"${/\.json$/i.test(location) ? ', multiLine=True' : ''})`
  return format === 'parquet' ? `spark.read.parquet("${location}")` : `spark.read.text("${location}", wholetext=True)`
}

export interface Insertion {
  at: number
  text: string
}

/** Where a table goes in a cell: all of an empty one; in SQL that is there, its name at the caret; else a line of its own at the end. */
export function insertTable(name: TableName, kind: CellKind, source: string, caret: number | null): Insertion | null {
  if (kind !== 'python' && kind !== 'sql') return null
  if (source.trim() === '') return { at: 0, text: tableCode(name, kind) }
  if (kind === 'sql' && caret !== null && /(from|join|into|table|,)\s+$/i.test(source.slice(0, caret))) return { at: caret, text: sqlName(name) }
  const end = source.trimEnd()
  const joint = kind === 'sql' && !end.endsWith(';') ? ';\n' : '\n'
  return { at: end.length, text: `${joint}${tableCode(name, kind)}` }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether a source names the table. A bare name counts for the default schema only, where a table's name is expected. */
export function namesTable(source: string, name: TableName): boolean {
  const [schema, table] = [escape(name.schema), escape(name.table)]
  const full = new RegExp(`(?<![\\w.\`])\`?${schema}\`?\\s*\\.\\s*\`?${table}\`?(?![\\w\`]|\\.\\w)`, 'i')
  if (full.test(source) || source.toLowerCase().includes(`/tables/${folderOf(name).toLowerCase()}`)) return true
  if (name.schema !== DEFAULT_SCHEMA) return false
  const bare = new RegExp(`(?:\\b(?:from|join|into|table|update|using|describe|history)\\s+\`?|\\b(?:table|saveAsTable|insertInto|forName)\\(\\s*(?:spark\\s*,\\s*)?["'])${table}(?:["'\`]|(?![\\w.]))`, 'i')
  return bare.test(source)
}

/** Below the workspace's tables. */
export const folderOf = ({ schema, table }: TableName): string => (schema === DEFAULT_SCHEMA ? table : `${schema}.db/${table}`)
