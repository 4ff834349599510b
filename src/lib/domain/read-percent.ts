/**
 * Reads cells out of a Python file: `# %%` before each (percent-text.ts writes it so, Jupytext, VS Code and Spyder too), or
 * `# COMMAND ----------` between them, as Databricks exports a notebook. A file without either is one cell. Lines end at
 * `\n` alone: other ends that patterns know may stand in a text. Pure.
 */
import type { CellKind } from './cell.ts'
import { codeCell, kindOfLanguage } from './cell-magic.ts'
import type { FoundCell, FoundNotebook } from './found-notebook.ts'
import { CELLS_MAX } from './notebook.ts'
import { checkValue, readInput } from './parameter.ts'
import { isRowLimit, ROW_LIMIT } from './row-limit.ts'

const DATABRICKS = /^# Databricks notebook source[ \t]*\n/
const COMMAND = /(?<![^\n])# COMMAND -+[ \t]*(?![^\n])/
/** More signs are a part within a part. Without a space behind them it is the magic of a cell. */
const MARK = /(?<![^\n])# ?%%+(?=[ \t[]|\n|$)([^\n]*)/g
const HEAD = /^(?:#!.*\n|# -\*-.*\n)*# ---\n(?:#.*\n)*?# ---\n/
const KINDS = new Map<string, CellKind>([['markdown', 'markdown'], ['md', 'markdown'], ['raw', 'markdown'], ['sql', 'sql'], ['chart', 'chart'], ['input', 'input']])
/** One more than a notebook may have, so that it is told. */
const PARTS = CELLS_MAX + 1

export function readPercent(text: string): FoundNotebook {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const cells = DATABRICKS.test(lines) ? lines.replace(DATABRICKS, '').split(COMMAND, PARTS).map(commandCell) : percentCells(lines.replace(HEAD, ''))
  return { title: null, cells, notes: [] }
}

function percentCells(text: string): FoundCell[] {
  const marks = firstMarks(text)
  const before = trimmed(text.slice(0, marks[0]?.index ?? text.length))
  const cells = marks.map((mark, at) => percentCell(mark[1] ?? '', trimmed(text.slice(mark.index + mark[0].length + 1, marks[at + 1]?.index ?? text.length))))
  return before === '' && cells.length > 0 ? cells : [{ kind: 'python', source: before }, ...cells]
}

function firstMarks(text: string): RegExpExecArray[] {
  const marks: RegExpExecArray[] = []
  for (const mark of text.matchAll(MARK)) if (marks.push(mark) === PARTS) break
  return marks
}

/** `head`: what stands behind the mark: a title, `[kind]`, and what a tool adds: `name="…"`, or fields in braces. */
function percentCell(head: string, body: string): FoundCell {
  const [title = ''] = head.split(/(?:^|\s)(?:\[\w+\]|\w+=|\{)/, 1)
  const language = / language="(\w+)"/.exec(head)?.[1]?.toLowerCase()
  const kind = KINDS.get(/\[(\w+)\]/.exec(head)?.[1]?.toLowerCase() ?? '') ?? kindOfLanguage(language ?? '') ?? 'python'
  const rows = / rows="(\w+)"/.exec(head)?.[1]
  const limit = rows === 'all' ? null : Number(rows)
  const rowLimit = rows !== undefined && isRowLimit(limit) && limit !== ROW_LIMIT ? { rowLimit: limit } : {}
  // Jupytext comments the magic of a cell.
  if (kind === 'python') return { kind, source: titled(title.trim(), body.replace(/^# ?(?=%%\w)/, '')), ...rowLimit }
  const source = bare(body)
  return { kind, source, ...(kind === 'sql' && rowLimit), ...(kind === 'input' && valueOf(source, / value=([^\n]*)/.exec(head)?.[1])) }
}

const titled = (title: string, body: string): string => (title === '' ? body : `# ${title}\n${body}`)

function valueOf(source: string, json: string | undefined): Pick<FoundCell, 'value'> {
  const definition = readInput(source)
  if (definition === null || json === undefined) return {}
  try {
    const checked = checkValue(definition, JSON.parse(json))
    return checked.ok ? { value: checked.value } : {}
  } catch {
    return {}
  }
}

/** Text of another kind than Python stands in comments, or, as some tools have it, between three quotes. */
function bare(body: string): string {
  const quotes = body.slice(0, 3)
  const isQuoted = (quotes === '"""' || quotes === "'''") && body.length >= 6 && body.endsWith(quotes)
  if (isQuoted) return trimmed(body.slice(3, -3))
  return body.split('\n').map((line) => line.replace(/^#  (?=%%)|^# ?/, '')).join('\n')
}

function commandCell(text: string): FoundCell {
  const title = /(?<![^\n])# DBTITLE 1,([^\n]*)/.exec(text)?.[1]?.trim() ?? ''
  const body = trimmed(text.replace(/(?<![^\n])# DBTITLE [^\n]*\n?/, ''))
  const isMagic = body !== '' && body.split('\n').every((line) => /^# MAGIC(?: |$)/.test(line))
  const cell = codeCell(isMagic ? body.split('\n').map((line) => line.replace(/^# MAGIC ?/, '')).join('\n') : body, 'python', true)
  return { ...cell, source: cell.kind === 'python' ? titled(title, cell.source) : cell.source }
}

const trimmed = (text: string): string => text.replace(/^\n+/, '').trimEnd()
