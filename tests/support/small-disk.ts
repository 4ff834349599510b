/**
 * A disk of a few megabytes for one process, to be filled: a tmpfs in that process's own view of the file system, so no
 * rights on the machine are needed and nothing of it is left behind. Where a kernel forbids that to normal users, tests
 * with such disks are left out and say so.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OWN_VIEW = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-current-user', '--keep-caps', '--mount']
const MOUNT = 'mount -t tmpfs -o "size=$1m,mode=755" tmpfs "$0" && shift && exec "$@"'

/** The command that runs another one with a disk of that size at a folder. */
export const withSmallDisk = (folder: string, megabytes: number, command: readonly string[]): string[] =>
  ['unshare', ...OWN_VIEW, 'sh', '-c', MOUNT, folder, String(megabytes), ...command]

/** A program that stands for another one, with a small disk at a folder: for what takes only a path. */
export function wrapInSmallDisk(script: string, folder: string, megabytes: number, program: string): string {
  const quoted = withSmallDisk(folder, megabytes, [program]).map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)
  writeFileSync(script, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`)
  chmodSync(script, 0o755)
  return script
}

export function canHaveSmallDisks(): boolean {
  const [program = '', ...words] = withSmallDisk('/mnt', 1, ['true'])
  return spawnSync(program, words).status === 0
}

export interface SmallDisk {
  /** All but so many bytes of it. */
  fill: (spare?: number) => void
  free: () => void
}

/** The disk that a running process sees at a folder. */
export function openSmallDisk(pid: number, folder: string): SmallDisk {
  const seen = `/proc/${pid}/root${folder}`
  const filler = join(seen, 'filler')
  return {
    fill: (spare = 0) => {
      for (;;) {
        const { bavail, bsize } = statfsSync(seen)
        const free = bavail * bsize - spare
        if (free <= 0) return
        // What is freed while we write is taken in the next turn.
        try {
          writeFileSync(filler, Buffer.alloc(free), { flag: 'a' })
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        }
      }
    },
    free: () => rmSync(filler),
  }
}
