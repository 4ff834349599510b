/**
 * Where one reader process spills what its memory does not hold. Each has a folder of its own: DuckDB names these files
 * alike in every process, so two in one folder write over each other's rows. It goes with its process; what a web
 * process that was killed has left goes when the next one starts, also where that has the same number, as in a container.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const NAME = /^spill-(\d+)-/
const ours = new Set<string>()

export function openSpillFolder(base: string): string {
  const name = `spill-${process.pid}-${randomUUID()}`
  ours.add(name)
  const folder = join(base, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** What cannot be removed now is left to the next start. */
export function removeSpillFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    return
  }
}

/** Those of processes that are no more. */
export function sweepSpillFolders(base: string): void {
  for (const name of readdirSync(base)) {
    const owner = NAME.exec(name)?.[1]
    if (owner === undefined) continue
    if (Number(owner) === process.pid ? !ours.has(name) : !isAlive(Number(owner))) removeSpillFolder(join(base, name))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
