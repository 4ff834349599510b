/** Comparisons in Postgres: the one that was asked for before, a new one, and what leaves the server of it. */
import { and, eq, lt } from 'drizzle-orm'
import type { Comparison } from '#lib/domain/comparison.ts'
import type { ResultId } from '#lib/domain/ids.ts'
import type { Database, Executor } from '../store/client.ts'
import { comparisons } from '../store/schema/comparisons.ts'
import type { ComparisonRow } from './authorize-comparison.ts'

export interface Asked {
  before: ResultId
  after: ResultId
  /** Null: to be guessed. */
  key: readonly string[] | null
}

const DAY_MS = 24 * 3600_000
export const writeKey = (key: readonly string[] | null): string => (key === null ? '' : JSON.stringify(key))

export async function findComparison(db: Executor, { before, after, key }: Asked, now: Date): Promise<Comparison | null> {
  const asked = writeKey(key)
  const [row] = await db.select().from(comparisons).where(and(eq(comparisons.beforeId, before), eq(comparisons.afterId, after), eq(comparisons.askedKey, asked)))
  if (row === undefined) return null
  if (now.getTime() - row.usedAt.getTime() > DAY_MS) await db.update(comparisons).set({ usedAt: now }).where(and(eq(comparisons.id, row.id), lt(comparisons.usedAt, now)))
  return toComparison(row)
}

/** False when somebody else was first with the same question. */
export async function insertComparison(db: Database, row: typeof comparisons.$inferInsert): Promise<boolean> {
  const added = await db.insert(comparisons).values(row).onConflictDoNothing().returning({ id: comparisons.id })
  return added.length > 0
}

export const toComparison = ({ id, notebookId, beforeId, afterId, askedKey, columns, summary, createdAt }: ComparisonRow): Comparison => ({
  ...summary, id, notebookId, before: beforeId, after: afterId,
  askedKey: askedKey === '' ? null : (JSON.parse(askedKey) as string[]),
  tableColumns: columns, createdAt: createdAt.toISOString(),
})
