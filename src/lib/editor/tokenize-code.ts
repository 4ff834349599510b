/**
 * Tokenize code: the colours of cells that have no editor (yet): on the server, far from the viewport, for guests
 * without Monaco. Good enough to look the same as Monaco's own colours; it never changes the text.
 */
import type { CellKind } from '#lib/domain/cell.ts'

export interface CodeToken {
  text: string
  /** A class of code-colors.css, or '' for plain. */
  look: '' | 'code-comment' | 'code-keyword' | 'code-string' | 'code-number' | 'code-function'
}

const PYTHON_WORDS = 'False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield'
const SQL_WORDS = 'add all alter and anti any array as asc between by case cast create cross cube database date delete desc describe distinct drop else end except exists explain false filter first following for format from full group grouping having if in inner insert intersect interval into is join lateral last left like limit merge natural not null nulls offset on or order outer over overwrite partition partitioned pivot preceding qualify range replace right rollup row rows select semi set show sort struct table tablesample temp temporary then true truncate unbounded union unpivot update use using values view when where window with'

const words = (text: string, flags: string) => new RegExp(`\\b(?:${text.split(' ').join('|')})\\b`, flags)

type Rule = [CodeToken['look'], RegExp]
const PYTHON: Rule[] = [
  ['code-comment', /#[^\n]*/y],
  ['code-string', /(?:[rbfuRBFU]{0,2})(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/y],
  ['code-number', /\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?j?)\b/iy],
  ['code-keyword', words(PYTHON_WORDS, 'y')],
  ['code-function', /@[A-Za-z_][\w.]*/y],
  ['', /[A-Za-z_]\w*/y],
]
const SQL: Rule[] = [
  ['code-comment', /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['code-string', /'(?:''|[^'])*'?|"(?:\\.|[^"\\])*"?/y],
  ['', /`[^`\n]*`?/y],
  ['code-number', /\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/iy],
  ['code-keyword', words(SQL_WORDS, 'iy')],
  ['code-function', /\b[a-z_]\w*(?=\()/iy],
  ['', /[A-Za-z_]\w*/y],
]
const MARKDOWN: Rule[] = [
  ['code-keyword', /^#{1,6} [^\n]*/my],
  ['code-string', /`[^`\n]+`|^```[\s\S]*?(?:^```|$(?![\s\S]))/my],
  ['', /[^`\n]+/y],
]
const RULES: Partial<Record<CellKind, Rule[]>> = { python: PYTHON, sql: SQL, markdown: MARKDOWN }
/** Beyond this a cell is painted plain: the editor colours it when it comes. */
const LONGEST = 20_000

export function tokenizeCode(kind: CellKind, source: string): CodeToken[] {
  const rules = source.length > LONGEST ? undefined : RULES[kind]
  if (rules === undefined) return [{ text: source, look: '' }]
  const tokens: CodeToken[] = []
  let at = 0
  while (at < source.length) {
    const token = matchAt(rules, source, at)
    const last = tokens.at(-1)
    if (last?.look === token.look) last.text += token.text
    else tokens.push(token)
    at += token.text.length
  }
  return tokens
}

function matchAt(rules: readonly Rule[], source: string, at: number): CodeToken {
  for (const [look, pattern] of rules) {
    pattern.lastIndex = at
    const text = pattern.exec(source)?.[0]
    if (text !== undefined && text !== '') return { text, look }
  }
  return { text: source[at] ?? '', look: '' }
}
