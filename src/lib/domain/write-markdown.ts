/**
 * Writes a notebook as one Markdown text to read or to publish: text as it is, code in fences, and what it showed below
 * it: pictures within the file, the rest as text. HTML is left out where there is a plain form of the same.
 */
import type { MimeBundle, Output } from './feed.ts'
import { LEFT_OUT } from './long-text.ts'
import type { ExportedCell, ExportedNotebook } from './notebook-export.ts'

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const ANSI = /\x1b\[[0-9;]*m/g

export function writeMarkdown({ title, cells }: ExportedNotebook): string {
  const first = cells[0]
  const hasHeading = first?.kind === 'markdown' && /^\s*#\s/.test(first.source)
  const parts = [...(hasHeading ? [] : [`# ${title.replace(/\s+/g, ' ')}`]), ...cells.flatMap(cellOf)]
  return `${parts.filter((part) => part.trim() !== '').join('\n\n')}\n`
}

function cellOf({ kind, source, shown }: ExportedCell): string[] {
  const text = source.trimEnd()
  if (kind === 'markdown') return [text]
  if (text === '') return []
  const language = kind === 'chart' || kind === 'input' ? 'json' : kind
  return [fenced(text, language), ...shown.outputs.flatMap(outputOf)]
}

function outputOf(output: Output): string[] {
  switch (output.kind) {
    case 'stream': return textBlock(output.text)
    case 'result': return textBlock(output.text)
    case 'omitted': return textBlock(LEFT_OUT)
    case 'notice': return textBlock(output.text)
    case 'error': return textBlock(`${output.name}: ${output.message}`)
    case 'display': return displayOf(output.data)
    case 'progress':
    case 'clear': return []
  }
}

function displayOf(data: MimeBundle): string[] {
  if (data['text/markdown'] !== undefined) return [data['text/markdown'].trim()]
  const mime = PICTURES.find((type) => data[type] !== undefined)
  if (mime !== undefined) return [`![Picture made by this cell](data:${mime};base64,${data[mime]?.replace(/[^A-Za-z0-9+/=]/g, '')})`]
  return textBlock(data['text/plain'] ?? data['text/html'] ?? '')
}

function textBlock(text: string): string[] {
  const plain = text.replace(ANSI, '').trimEnd()
  return plain === '' ? [] : [fenced(plain, 'text')]
}

/** Longer than any within, so that nothing in the text can end it. */
export const fenceFor = (text: string): string => '`'.repeat([...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length + 1), 3))

function fenced(text: string, language: string): string {
  const fence = fenceFor(text)
  return `${fence}${language}\n${text}\n${fence}`
}
