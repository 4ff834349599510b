// Where things live: the checkout, the shared download cache and one data folder.
// The cache is keyed by version and can be deleted at any time; the data folder is the
// user's work and is never deleted by this program.
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const binFolder = join(repoRoot, 'node_modules', '.bin')
export const lockedNode = join(binFolder, 'node')

export function cacheRoot(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dataharbour')
}

/** The folders of one data folder. */
export function dataFolders(root) {
  return {
    root,
    postgres: join(root, 'postgres'),
    minio: join(root, 'minio'),
    run: join(root, 'run'),
    logs: join(root, 'logs'),
    secrets: join(root, 'secrets.json'),
  }
}
