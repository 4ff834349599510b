/** Removes versions that the rule lets go; who changed what in them moves to the version that stays after them. */
import { asc, eq, inArray } from 'drizzle-orm'
import type { NotebookId, VersionId } from '#lib/domain/ids.ts'
import { joinAuthors, thinVersions } from '#lib/domain/version.ts'
import type { Transaction } from '../store/client.ts'
import { notebookVersions } from '../store/schema/versions.ts'

export async function thinTimeline(tx: Transaction, notebookId: NotebookId, now: Date): Promise<void> {
  const { id, cause, name, authors, createdAt, lastUpdateId } = notebookVersions
  const timeline = await tx.select({ id, cause, name, authors, createdAt }).from(notebookVersions)
    .where(eq(notebookVersions.notebookId, notebookId)).orderBy(asc(createdAt), asc(lastUpdateId))
  const into = thinVersions(timeline.map((version) => ({ ...version, at: version.createdAt.getTime() })), now.getTime())
  if (into.size === 0) return
  const byId = new Map(timeline.map((version) => [version.id, version]))
  const heirs = Map.groupBy(into.keys(), (gone): VersionId => into.get(gone)!)
  for (const [heir, gone] of heirs) {
    const joined = joinAuthors(...[...gone, heir].map((one) => byId.get(one)?.authors ?? []))
    await tx.update(notebookVersions).set({ authors: joined }).where(eq(notebookVersions.id, heir))
  }
  await tx.delete(notebookVersions).where(inArray(notebookVersions.id, [...into.keys()]))
}
