/** Answers the question of a chart: looks at the columns, makes groups that can be told apart, reads them, and says what is not shown as it is. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { CATEGORIES_MAX, POINTS_MAX, type ChartData, type ChartEncoding, type ChartLimit, type ChartRow } from '#lib/domain/chart.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { AttachedTables } from './attached-tables.ts'
import { axisBucket, keptLimits, stepsLeft, type Bucket } from './chart-buckets.ts'
import { fewBucket, fewMax, instantText, short, unlike } from './chart-labels.ts'
import { chartQuery, type ChartQuery } from './chart-query.ts'
import { rolesOf, type Group, type Place, type Roles } from './chart-roles.ts'
import { needsSurvey, readSurvey, readTop, surveyQuery, topQuery, type Survey, type Top } from './chart-survey.ts'
import { readRows } from './engine.ts'
import { filterClause, type Clause, type QueryRefusal } from './filter-clause.ts'
import type { TableRef } from './reader.ts'

type Answer = Outcome<ChartData, QueryRefusal>
type Ask = (sql: string, values?: string[]) => Promise<readonly unknown[][]>

export function readChart(connection: DuckDBConnection, tables: AttachedTables, table: TableRef, encoding: ChartEncoding): Promise<Answer> {
  const roles = rolesOf(table.columns, encoding)
  if (!roles.ok) return Promise.resolve(roles)
  const where = filterClause(table.columns, encoding.filter ?? [])
  if (!where.ok) return Promise.resolve(where)
  return tables.withTable(connection, table, (name): Promise<Answer> => draw((sql, values) => readRows(connection, sql, values), name, where.value, roles.value, encoding))
}

const NOT_LOOKED_AT: Survey = { rows: 0, drawable: 0, unusable: 0, ranges: new Map(), empty: new Map() }

async function draw(ask: Ask, name: string, where: Clause, roles: Roles, encoding: ChartEncoding): Promise<Answer> {
  const table = where.sql === '' ? name : `(FROM ${name}${where.sql})`
  const survey = needsSurvey(roles) ? readSurvey(roles, (await ask(surveyQuery(table, roles), where.values))[0] ?? []) : NOT_LOOKED_AT
  // The filter's come first: it is in every question.
  const values = [...where.values]
  const param = (value: string): string => `$${values.push(value)}`
  const topOf = async (group: Group, most: number): Promise<Top | null> =>
    group.type === 'nominal' ? readTop(await ask(topQuery(table, roles, group, group.place === 'x' ? (encoding.sort ?? 'greatest') : null, most), where.values)) : null

  const few: Bucket[] = []
  for (const group of roles.groups.filter(({ place }) => place === 'color' || place === 'facet')) {
    const most = fewMax(encoding, group)
    few.push(fewBucket(group, survey, await topOf(group, most), most, roles.isRaw, param))
  }
  const many = (place: Place) => few.find(({ group }) => group.place === place)
  const most = stepsLeft(encoding, sizeOf(many('color'), encoding), sizeOf(many('facet'), encoding))
  const axes: Bucket[] = []
  for (const group of roles.groups.filter(({ place }) => place === 'x' || place === 'y')) {
    const isAlone = group.place === 'x' && roles.groups.length === 1 && !roles.isRaw
    const bucket = axisBucket(group, survey, isAlone ? null : await topOf(group, Math.min(CATEGORIES_MAX, most)), encoding, most)
    if (!bucket.ok) return bucket
    axes.push(bucket.value)
  }
  const buckets = [...axes, ...few]
  const query = chartQuery(table, roles, buckets, encoding, Math.min(CATEGORIES_MAX, most), param)
  return shape(await ask(query.sql, values), query, roles, survey, buckets, encoding)
}

/** As many as it may turn out to be, where only the rows will tell. */
const sizeOf = (bucket: Bucket | undefined, encoding: ChartEncoding): number =>
  bucket === undefined ? 1 : bucket.group.type === 'nominal' ? (bucket.labels?.all([]).length ?? 1) : fewMax(encoding, bucket.group)

function shape(answer: readonly unknown[][], { fields }: ChartQuery, roles: Roles, survey: Survey, buckets: readonly Bucket[], encoding: ChartEncoding): Answer {
  const at = (field: ChartQuery['fields'][number]) => fields.indexOf(field)
  const bucketOf = (place: Place) => buckets.find(({ group }) => group.place === place)
  const [x, y, color, facet] = (['x', 'y', 'color', 'facet'] as const).map(bucketOf)
  const found = inKeptOrder(answer, x, at('x'))
  const shown = new Map(buckets.map((bucket) => [bucket, shownKeys(bucket)]))
  const valueOf = (row: readonly unknown[], bucket: Bucket | undefined): unknown => (bucket === undefined ? null : shown.get(bucket)?.(row[at(bucket.group.place)]))
  const value = (row: readonly unknown[]): unknown => finite(row[at('value')])
  const hasValue = at('value') >= 0
  const isTiles = encoding.mark === 'rect'
  const rows = found.map((row): ChartRow => ({
    x: valueOf(row, x ?? color), y: y === undefined ? (hasValue ? value(row) : null) : valueOf(row, y),
    ...(isTiles ? { color: value(row) } : color !== undefined && { color: valueOf(row, color) }),
    ...(facet !== undefined && { facet: valueOf(row, facet) }), ...(at('size') >= 0 && { size: finite(row[at('size')]) }),
  }))
  if (encoding.mark === 'arc' && rows.some((row) => Number(row.y) < 0)) return refuse('filter-invalid', 'Some parts of this pie are less than nothing. Choose bars instead.')
  const limits = limitsOf(found, roles, survey, buckets, encoding, at('of'))
  const keys = (bucket: Bucket) => found.map((row) => row[at(bucket.group.place)])
  return accept({
    rows, xType: x?.group.type ?? 'nominal', bin: x?.bin ?? null, truncated: limits.some(({ kind }) => kind === 'kept' || kind === 'sample'), limits,
    ...(y !== undefined && { yType: y.group.type, yBin: y.bin }),
    ...(color?.labels != null && { colors: color.labels.all(keys(color)), isColorOrdered: color.labels.isOrdered }),
    ...(facet?.labels != null && { facets: facet.labels.all(keys(facet)) }),
  })
}

/** How the keys of a bucket are shown. Two categories that begin alike are two. */
function shownKeys({ group, labels, bin }: Bucket): (key: unknown) => unknown {
  if (labels !== null) return labels.of
  if (group.type === 'temporal') return (key) => (key == null ? null : instantText(Number(key)))
  if (group.type === 'quantitative') return (key) => (key == null ? null : bin === null ? Number(key) : Number(Number(key).toPrecision(12)))
  const known = new Map<unknown, string>()
  return (key) => {
    if (key == null) return null
    const label = known.get(key) ?? unlike([...known.values()], short(String(key)))
    known.set(key, label)
    return label
  }
}

/** Bars stand where their order puts them, whatever colour comes first. */
function inKeptOrder(rows: readonly unknown[][], x: Bucket | undefined, at: number): readonly unknown[][] {
  if (x?.kept == null) return rows
  const places = new Map(x.kept.map((value, place) => [value as unknown, place]))
  return rows.toSorted((a, b) => (places.get(a[at]) ?? 0) - (places.get(b[at]) ?? 0))
}

function limitsOf(found: readonly unknown[][], roles: Roles, survey: Survey, buckets: readonly Bucket[], encoding: ChartEncoding, ofAt: number): ChartLimit[] {
  const of = ofAt < 0 ? found.length : Number(found[0]?.[ofAt] ?? 0)
  const x = buckets.find(({ group }) => group.place === 'x')
  const first = x !== undefined && !roles.isRaw ? keptLimits(x.group, found.length, of, x.group.type === 'nominal' ? encoding : { ...encoding, sort: 'a-z' }) : []
  const value = roles.value?.column
  return [
    ...first, ...buckets.flatMap(({ limits }) => limits),
    ...(roles.isRaw && survey.drawable > POINTS_MAX ? [{ kind: 'sample' as const, shown: found.length, of: survey.drawable }] : []),
    ...buckets.flatMap(({ group }): ChartLimit[] => leftOut(group.column.name, survey.empty.get(group.place) ?? 0, 'empty')),
    ...(value == null ? [] : leftOut(value.name, survey.unusable, roles.isRaw ? 'empty' : 'not-finite')),
  ]
}

const leftOut = (column: string, rows: number, why: 'empty' | 'not-finite'): ChartLimit[] => (rows > 0 ? [{ kind: 'left-out', column, rows, why }] : [])

/** What is beyond all numbers has no place on an axis. */
const finite = (value: unknown): number | null => {
  const number = value === null || value === undefined ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : null
}
