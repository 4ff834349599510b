/**
 * Removes the logs of kernels that ended long ago, or whose rows are gone. They are files of this machine, so each worker looks
 * through its own data folder, when it starts and once an hour, beside everything else: at first there may be very many.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { inArray } from 'drizzle-orm'
import type { KernelId } from '#lib/domain/ids.ts'
import { keptSince } from '#server/compute/remove-kernels.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { kernels } from '#server/store/schema/compute.ts'
import { kernelOfLog, logFile } from './log-file.ts'

interface Deps { db: Database; now: () => Date; logFolder: string }

const EVERY_MS = 3600_000
const AT_ONCE = 500
/** One that is coming up has no row yet, and one that did not come has none, but says why in its log. */
const WITHOUT_ROW_MS = 24 * 3600_000

export function startRemovingLogs(deps: Deps & { log: Log }): () => Promise<void> {
  let isOver = false
  let current: Promise<void> = Promise.resolve()
  const act = () => {
    current = current.then(() => removeKernelLogs(deps, () => isOver)).then(
      (removed) => void (removed > 0 && deps.log.info({ removed }, 'logs of kernels that ended long ago were removed')),
      (error: unknown) => deps.log.warn({ err: error }, 'logs of kernels could not be removed; it is tried again'),
    )
  }
  const timer = setInterval(act, EVERY_MS)
  timer.unref()
  act()
  return () => {
    isOver = true
    clearInterval(timer)
    return current
  }
}

/** Says how many went. */
export async function removeKernelLogs(deps: Deps, isOver: () => boolean = () => false): Promise<number> {
  const names = await readdir(deps.logFolder).catch((): string[] => [])
  const ids = names.flatMap((name) => kernelOfLog(name) ?? [])
  let removed = 0
  for (let at = 0; at < ids.length && !isOver(); at += AT_ONCE) {
    for (const id of await notKept(deps, ids.slice(at, at + AT_ONCE))) {
      await rm(logFile(deps.logFolder, id), { force: true })
      removed += 1
    }
  }
  return removed
}

async function notKept({ db, now, logFolder }: Deps, ids: KernelId[]): Promise<KernelId[]> {
  const rows = await db.select({ id: kernels.id, endedAt: kernels.endedAt }).from(kernels).where(inArray(kernels.id, ids))
  const known = new Map(rows.map(({ id, endedAt }) => [id, endedAt]))
  const going: KernelId[] = []
  for (const id of ids) {
    const endedAt = known.get(id)
    const isGoing = endedAt === undefined ? (await writtenAt(logFile(logFolder, id))) < now().getTime() - WITHOUT_ROW_MS : endedAt !== null && endedAt < keptSince(now())
    if (isGoing) going.push(id)
  }
  return going
}

/** For ever young: one that another worker removed meanwhile. */
const writtenAt = (path: string): Promise<number> => stat(path).then(({ mtimeMs }) => mtimeMs, () => Infinity)
