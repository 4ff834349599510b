/**
 * Where one reader process spills what its memory does not hold. Each has a folder of its own: DuckDB names these files
 * alike in every process, so two in one folder write over each other's rows. It goes with its process; what a web
 * process that was killed has left goes when the next one starts.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const NAME = /^spill-(\d+)-/

export function openSpillFolder(base: string): string {
  const folder = join(base, `spill-${process.pid}-${randomUUID()}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

export const removeSpillFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

/** Those of processes that are no more. */
export function sweepSpillFolders(base: string): void {
  for (const name of readdirSync(base)) {
    const owner = NAME.exec(name)?.[1]
    if (owner !== undefined && !isAlive(Number(owner))) removeSpillFolder(join(base, name))
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
