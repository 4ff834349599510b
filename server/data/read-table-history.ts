/** The commits of a table, newest first: when, which operation, by whom, and how many rows came and went, as far as its log says. */
import { commitName, planLog, sortLogFiles } from '#lib/domain/delta-log.ts'
import { readCommit } from '#lib/domain/delta-commit.ts'
import type { TableCommit } from '#lib/domain/data.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { explainLog } from './explain-refusal.ts'
import { findTable, largestOf, logTooLong, type TableRequest } from './find-table.ts'
import { nameWriters } from './name-writers.ts'
import type { TableRefusal } from './read-table.ts'

export interface TableHistory {
  commits: TableCommit[]
  /** The version to go on below; null at the end. */
  older: number | null
}

export async function readTableHistory(deps: Pick<Deps, 'db' | 'objects' | 'reader'>, actor: Actor | null, request: TableRequest & { before: number | null; limit: number }): Promise<Outcome<TableHistory, TableRefusal>> {
  const found = await findTable(deps, actor, request)
  if (!found.ok) return found
  if (found.value.isCut) return logTooLong()
  const names = found.value.log.map(({ name }) => name)
  const all = sortLogFiles(names).commits.filter((version) => request.before === null || version < request.before)
  const versions = all.slice(-request.limit).reverse()
  const files = versions.map(commitName)
  const lines = await deps.reader.commits({ folder: found.value.path, commits: files, largest: largestOf(found.value.log, files) })
  if (!lines.ok) return explainLog(lines)
  const plan = planLog(names, null)
  const oldest = plan.ok ? plan.value.oldest : Infinity
  const byFile = new Map(lines.value.map((line) => [line.file, line]))
  const writtenAt = new Map(found.value.log.map(({ name, modifiedAt }) => [name, modifiedAt]))
  const read = versions.map((version) => {
    const line = byFile.get(commitName(version))
    return { version, ...readCommit(line?.info ?? null, line?.rowsAdded ?? null, writtenAt.get(commitName(version)) ?? new Date(0)), isReadable: version >= oldest }
  })
  const commits = await nameWriters(deps.db, found.value.workspace.workspaceId, read)
  return accept({ commits, older: all.length > versions.length ? (versions.at(-1) ?? null) : null })
}
