/**
 * What could stand at the cursor of an SQL cell: tables and schemas behind `from`, columns of the tables that the
 * statement names, by alias where one is given. Pure; the words of the catalog are handed in.
 */
import type { Catalog, CatalogTable } from '#lib/domain/kernel-question.ts'

export type SqlNameKind = 'column' | 'table' | 'view' | 'schema' | 'alias' | 'keyword'
export interface SqlName { text: string; kind: SqlNameKind; detail: string }
export interface SqlNames { start: number; end: number; items: SqlName[] }

interface Token { kind: 'word' | 'mark' | 'closed' | 'open'; text: string; start: number; end: number }

const TOKEN = /(--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$))|(`[^`\n]*`?|[A-Za-z_][\w$]*)|([^\s\w])|\d[\w.]*/g
const CLOSED = /^(--[^\n]*\n|\/\*[\s\S]*\*\/|'[\s\S]*'|"[\s\S]*")$/
const TAKES_TABLE = new Set(['from', 'join', 'into', 'update', 'table', 'describe', 'desc', 'using', 'view'])
const ENDS_TABLES = new Set(['where', 'group', 'order', 'having', 'limit', 'on', 'select', 'set', 'union', 'qualify', 'window', 'values', 'lateral', 'when'])
const NO_ALIAS = new Set(['join', 'left', 'right', 'inner', 'outer', 'full', 'cross', 'anti', 'semi', 'natural', 'using', 'on', 'as', 'tablesample', 'pivot', 'unpivot', 'except', 'intersect', 'limit', 'offset', 'by', ...ENDS_TABLES])
const KEYWORDS = 'select from where group by order having limit join left right inner outer full cross on as and or not in is null like between exists case when then else end distinct union all with over partition rows asc desc cast count sum avg min max create table view temporary replace insert into values update set delete merge using describe show drop alter interval date timestamp true false'.split(' ')

export function sqlNames(code: string, cursor: number, catalog: Catalog): SqlNames | null {
  const tokens = read(code)
  if (tokens.some((token) => token.kind !== 'word' && token.kind !== 'mark' && token.start < cursor && (cursor < token.end || (cursor === token.end && token.kind === 'open')))) return null
  const statement = statementAt(tokens, cursor)
  const typed = /[`\w$]*$/.exec(code.slice(0, cursor))?.[0] ?? ''
  const start = cursor - typed.length
  const end = cursor + (/^[\w$]*`?/.exec(code.slice(cursor))?.[0].length ?? 0)
  const before = statement.filter((token) => token.end <= start)
  const used = tablesOf(statement.filter((token) => token.start !== start), catalog)
  const items = before.at(-1)?.text === '.' ? behindDot(before, used, catalog) : takesTable(before) ? tablesOrSchemas(used, catalog) : anything(used, catalog, typed)
  return { start, end, items: unique(items) }
}

function read(code: string): Token[] {
  return [...code.matchAll(TOKEN)].flatMap(({ 0: text, 1: skipped, 2: word, 3: mark, index: start }): Token[] => {
    const end = start + text.length
    if (skipped !== undefined) return [{ kind: CLOSED.test(text) && text !== "'" && text !== '"' ? 'closed' : 'open', text, start, end }]
    if (word !== undefined) return [{ kind: 'word', text, start, end }]
    return mark === undefined ? [] : [{ kind: 'mark', text, start, end }]
  })
}

function statementAt(tokens: Token[], cursor: number): Token[] {
  const ends = tokens.filter((token) => token.text === ';')
  const from = ends.findLast((token) => token.end <= cursor)?.end ?? 0
  const to = ends.find((token) => token.start >= cursor)?.start ?? Infinity
  return tokens.filter((token) => token.start >= from && token.end <= to && (token.kind === 'word' || token.kind === 'mark'))
}

const plain = (name: string): string => name.replaceAll('`', '')
const same = (a: string, b: string): boolean => plain(a).toLowerCase() === plain(b).toLowerCase()

interface Used { alias: string; table: CatalogTable | null; isNamed: boolean }

/** The tables that a statement names, and its own `with` names, each under the name that columns are said by. */
function tablesOf(tokens: Token[], catalog: Catalog): Used[] {
  const used: Used[] = []
  let isInList = false
  for (let at = 0; at < tokens.length; at += 1) {
    const word = tokens[at]!.text.toLowerCase()
    if (ENDS_TABLES.has(word)) isInList = false
    if (tokens[at]!.kind === 'word' && tokens[at + 1]?.text.toLowerCase() === 'as' && tokens[at + 2]?.text === '(') used.push({ alias: plain(tokens[at]!.text), table: null, isNamed: true })
    const isPlace = (TAKES_TABLE.has(word) && word !== 'using') || (isInList && word === ',')
    if (!isPlace || tokens[at + 1]?.kind !== 'word') continue
    isInList = true
    const path = [plain(tokens[(at += 1)]!.text)]
    while (tokens[at + 1]?.text === '.' && tokens[at + 2]?.kind === 'word') path.push(plain(tokens[(at += 2)]!.text))
    if (tokens[at + 1]?.text.toLowerCase() === 'as') at += 1
    const next = tokens[at + 1]
    const isNamed = next?.kind === 'word' && !NO_ALIAS.has(next.text.toLowerCase())
    if (isNamed) at += 1
    used.push({ alias: isNamed ? plain(next.text) : path.at(-1)!, table: findTable(path, catalog), isNamed })
  }
  return used
}

function findTable(path: string[], { tables }: Catalog): CatalogTable | null {
  const name = path.at(-1)!
  const schema = path.at(-2) ?? null
  const found = tables.find((table) => same(table.name, name) && (schema === null ? table.schema === null : same(table.schema ?? 'default', schema)))
  return found ?? (schema === null ? null : (tables.find((table) => same(table.name, name) && same(table.schema ?? '', schema)) ?? null))
}

function takesTable(before: Token[]): boolean {
  const last = before.at(-1)?.text.toLowerCase()
  if (last === undefined) return false
  if (TAKES_TABLE.has(last)) return true
  if (last !== ',') return false
  const keyword = before.findLast((token) => TAKES_TABLE.has(token.text.toLowerCase()) || ENDS_TABLES.has(token.text.toLowerCase()))
  return keyword !== undefined && keyword.text.toLowerCase() === 'from'
}

function behindDot(before: Token[], used: Used[], catalog: Catalog): SqlName[] {
  const name = before.at(-2)?.text ?? ''
  const own = used.filter(({ alias }) => same(alias, name)).flatMap(({ table }) => (table === null ? [] : columnsOf(table)))
  if (own.length > 0) return own
  const inSchema = catalog.tables.filter(({ schema }) => schema !== null && same(schema, name)).map(tableName)
  return inSchema.length > 0 ? inSchema : catalog.tables.filter((table) => same(table.name, name)).flatMap(columnsOf)
}

const quoted = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``)
const columnsOf = (table: CatalogTable): SqlName[] => table.columns.map(({ name, type }) => ({ text: quoted(name), kind: 'column', detail: type }))
const tableName = ({ name, isView, columns }: CatalogTable): SqlName => ({ text: quoted(name), kind: isView ? 'view' : 'table', detail: columns.length === 0 ? '' : columns.length === 1 ? '1 column' : `${columns.length} columns` })

function tablesOrSchemas(used: Used[], { tables }: Catalog): SqlName[] {
  const schemas = new Set(tables.flatMap(({ schema }) => (schema === null ? [] : [schema])))
  return [
    ...used.filter(({ table, isNamed }) => table === null && isNamed).map(({ alias }): SqlName => ({ text: quoted(alias), kind: 'alias', detail: 'in this statement' })),
    ...tables.filter(({ schema }) => schema === null).map(tableName),
    ...[...schemas].map((schema): SqlName => ({ text: quoted(schema), kind: 'schema', detail: '' })),
    ...tables.filter(({ schema }) => schema !== null).map((table): SqlName => ({ ...tableName(table), text: `${quoted(table.schema!)}.${quoted(table.name)}` })),
  ]
}

function anything(used: Used[], catalog: Catalog, typed: string): SqlName[] {
  const isUpper = /^[A-Z]{2,}$/.test(typed)
  return [
    ...used.flatMap(({ table }) => (table === null ? [] : columnsOf(table))),
    ...used.filter(({ isNamed }) => isNamed).map(({ alias, table }): SqlName => ({ text: quoted(alias), kind: 'alias', detail: table?.name ?? 'in this statement' })),
    ...KEYWORDS.map((word): SqlName => ({ text: isUpper ? word.toUpperCase() : word, kind: 'keyword', detail: '' })),
    ...tablesOrSchemas([], catalog),
  ]
}

function unique(items: SqlName[]): SqlName[] {
  const seen = new Map<string, SqlName>()
  for (const item of items) if (!seen.has(item.text.toLowerCase())) seen.set(item.text.toLowerCase(), item)
  return [...seen.values()]
}
