/** How much disk files take: of folders as `du` counts it, and of files elsewhere that processes have open to write. Where there is no /proc the latter are not known. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { TOOL_ENV } from '../processes/tool-env.ts'

const DU_WITHIN_MS = 60_000
/** Of each process. */
const FILES_LOOKED_AT = 1000
const BLOCK = 512
/** Memory that has a name, not disk. */
const MEMORY = /^\/(dev\/shm\/|memfd:|proc\/|sys\/)/

/** Bytes of all of them together; null when that could not be told. */
export function folderBytes(folders: readonly string[]): Promise<number | null> {
  const there = folders.filter((folder) => existsSync(folder))
  if (there.length === 0) return Promise.resolve(0)
  return new Promise((resolve) => {
    // It complains of what vanished while it looked, and tells the rest.
    execFile('du', ['-sk', '--', ...there], { timeout: DU_WITHIN_MS, env: TOOL_ENV }, (_error, stdout) => {
      const sizes = stdout.split('\n').flatMap((line) => (/^\d+\t/.test(line) ? [Number.parseInt(line)] : []))
      resolve(sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0) * 1024)
    })
  })
}

/** Outside of the folders, or in none any more because it was removed while open. Each file counts once. */
export function openBytes(pids: readonly number[], folders: readonly string[]): number {
  const files = new Map<string, number>()
  for (const pid of pids) {
    for (const fd of namesIn(`/proc/${pid}/fd`).slice(0, FILES_LOOKED_AT)) {
      const file = readOpen(pid, fd, folders)
      if (file !== null) files.set(file.key, file.bytes)
    }
  }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0)
}

function readOpen(pid: number, fd: string, folders: readonly string[]): { key: string; bytes: number } | null {
  try {
    const path = readlinkSync(`/proc/${pid}/fd/${fd}`)
    if (!path.startsWith('/') || MEMORY.test(path)) return null
    const stat = statSync(`/proc/${pid}/fd/${fd}`)
    if (!stat.isFile() || (stat.nlink > 0 && folders.some((folder) => path.startsWith(`${folder}/`)))) return null
    // The lowest two bits: 0 is only to read.
    const flags = Number.parseInt(/^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0', 8)
    return (flags & 3) === 0 ? null : { key: `${stat.dev}:${stat.ino}`, bytes: stat.blocks * BLOCK }
  } catch {
    return null
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
