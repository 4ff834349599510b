/** Rows of a table as text for the clipboard: for a spreadsheet (TSV), a file (CSV) or a page of text (Markdown). */
import { isNumeric, columnKind, type ResultColumn } from '#lib/domain/result.ts'
import { copyValue, showValue, toTsv } from './show-value.ts'

export const TEXT_FORMATS = ['tsv', 'csv', 'markdown'] as const
export type TextFormat = (typeof TEXT_FORMATS)[number]
export const TEXT_NAMES: Record<TextFormat, string> = { tsv: 'TSV', csv: 'CSV', markdown: 'Markdown' }

export function tableText(format: TextFormat, columns: readonly ResultColumn[], rows: readonly (readonly unknown[])[], hasHead: boolean): string {
  if (format === 'markdown') return toMarkdown(columns, rows)
  const lines = rows.map((row) => columns.map(({ type }, at) => copyValue(row[at], type)))
  const all = hasHead ? [columns.map(({ name }) => name), ...lines] : lines
  return format === 'tsv' ? toTsv(all) : all.map((line) => line.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')).join('\r\n')
}

/** A table without a head is none in Markdown. Numbers stand on the right, as on the page. */
function toMarkdown(columns: readonly ResultColumn[], rows: readonly (readonly unknown[])[]): string {
  const kinds = columns.map(({ type }) => columnKind(type))
  const lines = [
    columns.map(({ name }) => markdownCell(name)),
    kinds.map((kind) => (isNumeric(kind) ? '---:' : '---')),
    ...rows.map((row) => kinds.map((kind, at) => markdownCell(showValue(row[at], kind)))),
  ]
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

const markdownCell = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/[<>*_`~[\]]/g, (sign) => `\\${sign}`).replace(/\r\n|\r|\n/g, '<br>')
