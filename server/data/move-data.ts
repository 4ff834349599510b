/**
 * Carries out what a row of the bin asks: its table or file moves there or back, or goes for good. Each step can be done
 * again, so a store that is away or a worker that dies costs time and never data: a copy is whole before its first is removed.
 *
 * [BIN1] A reader of the table finds all of it or an error, never an older state: the log goes first and comes last, newest commit first.
 * [BIN2] What waits in the bin goes after 30 days, and only then.
 */
import { and, eq, lt } from 'drizzle-orm'
import { DATA_BIN_DAYS } from '#lib/domain/data.ts'
import type { CoreDeps } from '../deps.ts'
import type { Objects } from '../objects/objects.ts'
import { binnedData } from '../store/schema/data.ts'
import type { BinnedRow } from './binned.ts'
import { binPrefix } from './data-place.ts'

type MoveDeps = Pick<CoreDeps, 'db' | 'objects' | 'now'>

export async function moveData(deps: MoveDeps, id: string): Promise<void> {
  const [row] = await deps.db.select().from(binnedData).where(eq(binnedData.id, id))
  if (row === undefined || row.state === 'kept') return
  const place = binPrefix(row.workspaceId, row.id)
  if (row.state === 'moving') {
    await toBin(deps.objects, row, place)
    await deps.db.update(binnedData).set({ state: 'kept', bytes: row.bytes ?? (await bytesBelow(deps.objects, place)) }).where(and(eq(binnedData.id, id), eq(binnedData.state, 'moving')))
    return
  }
  if (row.state === 'restoring') await fromBin(deps.objects, row, place)
  await deps.objects.removeAll(place)
  await deps.db.delete(binnedData).where(eq(binnedData.id, id))
}

/** Says how many went. */
export async function emptyDataBin(deps: MoveDeps): Promise<number> {
  const before = new Date(deps.now().getTime() - DATA_BIN_DAYS * 24 * 3600_000)
  await deps.db.update(binnedData).set({ state: 'removing' }).where(and(eq(binnedData.state, 'kept'), lt(binnedData.deletedAt, before)))
  const rows = await deps.db.select({ id: binnedData.id }).from(binnedData).where(eq(binnedData.state, 'removing'))
  for (const { id } of rows) await moveData(deps, id)
  return rows.length
}

async function toBin(objects: Objects, row: BinnedRow, place: string): Promise<void> {
  if (row.kind === 'file') {
    // Gone already: an earlier attempt came as far as that.
    if ((await objects.stat(row.path)) === null) return
    await objects.copy(row.path, place + nameOf(row))
    return objects.remove(row.path)
  }
  await objects.copyAll(`${row.path}/`, place)
  await objects.removeAll(`${row.path}/_delta_log/`)
  await objects.removeAll(`${row.path}/`)
}

async function fromBin(objects: Objects, row: BinnedRow, place: string): Promise<void> {
  if (row.kind === 'file') {
    if ((await objects.stat(place + nameOf(row))) !== null) await objects.copy(place + nameOf(row), row.path)
    return
  }
  await objects.copyAll(place, `${row.path}/`, (key) => !key.startsWith(`${place}_delta_log/`))
  const { files, folders } = await objects.level(`${place}_delta_log/`, Infinity)
  for (const folder of folders) await objects.copyAll(`${place}_delta_log/${folder}/`, `${row.path}/_delta_log/${folder}/`)
  // `_last_checkpoint` sorts last and so comes first: what it names is missing until the end.
  for (const { name } of files.toReversed()) await objects.copy(`${place}_delta_log/${name}`, `${row.path}/_delta_log/${name}`)
}

const nameOf = ({ path }: BinnedRow): string => path.split('/').at(-1) ?? ''

async function bytesBelow(objects: Objects, prefix: string): Promise<number> {
  let sum = 0
  for await (const { bytes } of objects.list(prefix)) sum += bytes
  return sum
}
