/**
 * The SQL of a chart, once its groups are known. Groups are made by DuckDB over the whole table, so a chart of millions of
 * rows sends at most POINTS_MAX points or a few more; of raw points more than that are a fair sample, the same one each time.
 */
import { POINTS_MAX, type ChartEncoding } from '#lib/domain/chart.ts'
import type { Bucket } from './chart-buckets.ts'
import type { Param } from './chart-labels.ts'
import type { Place, Roles } from './chart-roles.ts'
import { drawableOf, measureSql, nameOf, orderOf, sourceOf } from './chart-survey.ts'

export interface ChartQuery {
  sql: string
  /** What each row of it is, in order; `of` counts the groups there are. */
  fields: (Place | 'value' | 'size' | 'of')[]
}

/** Different values were estimated, so there may be some groups more than were reckoned with. */
export const GROUPS_MAX = 2 * POINTS_MAX

export function chartQuery(table: string, roles: Roles, buckets: readonly Bucket[], encoding: ChartEncoding, most: number, param: Param): ChartQuery {
  const source = `${sourceOf(table, roles)} WHERE ${[drawableOf(roles), ...buckets.flatMap((bucket) => keptTest(bucket, param))].join(' AND ')}`
  return roles.isRaw ? rawQuery(source, roles, buckets) : groupedQuery(source, roles, buckets, encoding, most)
}

function rawQuery(source: string, { value, size }: Roles, buckets: readonly Bucket[]): ChartQuery {
  const parts: [ChartQuery['fields'][number], string][] = [
    ...buckets.map(({ group, key }): [Place, string] => [group.place, key]),
    ...(value?.column == null ? [] : [['value', 'v'] as ['value', string]]), ...(size?.column == null ? [] : [['size', 's'] as ['size', string]]),
  ]
  const named = parts.map(([field, sql]) => `${sql} AS ${field}_`)
  const order = parts.map(([field]) => `${field}_`)
  return { sql: `SELECT * FROM (SELECT * FROM (SELECT ${named.join(', ')} FROM ${source}) USING SAMPLE reservoir(${POINTS_MAX} ROWS) REPEATABLE (1)) ORDER BY ${order.join(', ')}`, fields: parts.map(([field]) => field) }
}

function groupedQuery(source: string, roles: Roles, buckets: readonly Bucket[], encoding: ChartEncoding, most: number): ChartQuery {
  const keys = buckets.map(({ key }, at) => `${key} AS k${at}`)
  const measures = [`${measureSql(roles.value, 'v')} AS value_`, ...(roles.size === null ? [] : [`${measureSql(roles.size, 's')} AS size_`])]
  const groups = `SELECT ${[...keys, ...measures, 'count(*) OVER () AS of_'].join(', ')} FROM ${source}${keys.length === 0 ? '' : ` GROUP BY ${keys.map((_key, at) => at + 1).join(', ')}`}`
  const x = buckets.findIndex(({ group }) => group.place === 'x')
  const isCategories = buckets[x]?.group.type === 'nominal' && buckets[x]?.kept === null
  const order = isCategories ? `${orderOf(encoding.sort ?? 'greatest', `k${x}`, 'value_')}, k${x}` : buckets.map((_bucket, at) => `k${at} NULLS LAST`).join(', ')
  return {
    sql: `SELECT * FROM (${groups}) ORDER BY ${order} LIMIT ${isCategories ? most : GROUPS_MAX}`,
    fields: [...buckets.map(({ group }) => group.place), 'value', ...(roles.size === null ? [] : ['size' as const]), 'of'],
  }
}

function keptTest({ group, kept, limits }: Bucket, param: Param): string[] {
  if (kept === null || limits.length === 0) return []
  const name = nameOf(group)
  const texts = kept.filter((value) => value !== null)
  return [`(${[...(texts.length > 0 ? [`${name} IN (${texts.map(param).join(', ')})`] : []), ...(kept.includes(null) ? [`${name} IS NULL`] : [])].join(' OR ')})`]
}
