/**
 * A MinIO of one test's own, to be killed: `kill` is SIGKILL, and after `start` it is there again at the same address with
 * what it had. With `megabytes` it has a disk of that size, which can be filled.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadBootstrap } from './load-bootstrap.ts'
import { openSmallDisk, wrapInSmallDisk, type SmallDisk } from './small-disk.ts'

type S3Env = Record<'S3_ENDPOINT' | 'S3_ACCESS_KEY' | 'S3_SECRET_KEY' | 'S3_REGION' | 'S3_BUCKET' | 'S3_STS', string>

interface Running {
  env: S3Env
  data: string
  process: { pid: number }
  stop: () => Promise<void>
}

export interface OwnMinio {
  env: S3Env
  /** Where it keeps what it has. */
  folder: string
  /** Of one that was started with `megabytes`. */
  disk: SmallDisk
  kill: () => void
  start: () => Promise<void>
  drop: () => Promise<void>
}

export async function startOwnMinio({ megabytes }: { megabytes?: number } = {}): Promise<OwnMinio> {
  const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
  const { findMinio } = await loadBootstrap('steps/minio.mjs')
  const { startMinio } = await loadBootstrap('services/minio.mjs') as { startMinio: (folders: unknown, options: { binary: string; python: string }) => Promise<Running> }
  const root = mkdtempSync(join(tmpdir(), 'dh-s3-'))
  const folders = makeDataFolder(root) as { minio: string }
  const python = process.env.PYTHON ?? 'python3'
  const found = await findMinio({ env: process.env, signal: new AbortController().signal }, () => python, () => {})
  const binary = megabytes === undefined ? found.binary : wrapInSmallDisk(join(root, 'minio.sh'), folders.minio, megabytes, found.binary)
  let running = await startMinio(folders, { binary, python })
  return {
    env: running.env,
    folder: running.data,
    disk: openSmallDisk(running.process.pid, running.data),
    kill: () => void process.kill(running.process.pid, 'SIGKILL'),
    start: async () => {
      running = await startMinio(folders, { binary, python })
    },
    drop: async () => {
      await running.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
