/**
 * The storage keys of each workspace, as files (0600) that its kernels and each of its Sparks read, one for the kernels and one per Spark: keys from the store's STS
 * that can do what key-policy.ts says, for 12 hours, written anew when half of that is over. A store without STS gets
 * the given keys handed on; that is said in the log, because then one workspace could read another's data.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AssumeRoleProvider } from 'minio/dist/esm/AssumeRoleProvider.mjs'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Config } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import { keyPolicy } from './key-policy.ts'

const LIFE_S = 12 * 3600
const ANSWER_WITHIN_MS = 5000

interface KeysFile {
  Version: 1
  AccessKeyId: string
  SecretAccessKey: string
  SessionToken?: string
  Expiration?: string
}

export interface StorageKeys {
  /** Where the file is or will be: known before there are keys. */
  path(workspaceId: WorkspaceId): string
  /** Sees to fresh keys, for its kernels or for one Spark; throws when the store gives none and the old ones are over. */
  ensure(workspaceId: WorkspaceId, computeId?: ComputeId): Promise<string>
  forget(computeId: ComputeId): void
}

export function createStorageKeys(deps: { config: Config; log: Log; now: () => Date }): StorageKeys {
  const { s3, dataDir } = deps.config
  const folder = join(dataDir, 'run', 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!s3.hasSts) deps.log.warn('the object store has no STS (S3_STS=0): every workspace works with the same keys')
  const asking = new Map<WorkspaceId | ComputeId, Promise<string>>()
  const path = (holder: WorkspaceId | ComputeId) => join(folder, `${holder}.json`)

  async function renew(workspaceId: WorkspaceId, holder: WorkspaceId | ComputeId): Promise<string> {
    const file = path(holder)
    const left = lifeLeftMs(file, deps.now())
    if (left > (LIFE_S * 1000) / 2) return file
    try {
      write(file, s3.hasSts ? await assumeRole(s3, workspaceId, deps.now()) : { Version: 1, AccessKeyId: s3.accessKey, SecretAccessKey: s3.secretKey })
    } catch (error) {
      if (left <= 0) throw new Error(`the object store gives no keys (${error instanceof Error ? error.message : String(error)})`)
      deps.log.warn({ err: error, workspaceId }, 'storage keys could not be renewed yet')
    }
    return file
  }

  return {
    path,
    ensure(workspaceId, computeId) {
      const holder = computeId ?? workspaceId
      const current = asking.get(holder) ?? renew(workspaceId, holder).finally(() => asking.delete(holder))
      asking.set(holder, current)
      return current
    },
    forget: (computeId) => rmSync(path(computeId), { force: true }),
  }
}

function lifeLeftMs(file: string, now: Date): number {
  try {
    const { Expiration } = JSON.parse(readFileSync(file, 'utf8')) as KeysFile
    // Fixed keys are written again each time: they may have been changed in the configuration.
    return Expiration === undefined ? 0 : Date.parse(Expiration) - now.getTime()
  } catch {
    return 0
  }
}

/** Whole or not at all: a reader never sees half a file. */
function write(file: string, keys: KeysFile): void {
  writeFileSync(`${file}.new`, JSON.stringify(keys), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

async function assumeRole(s3: Config['s3'], workspaceId: WorkspaceId, now: Date): Promise<KeysFile> {
  const provider = new AssumeRoleProvider({
    stsEndpoint: s3.endpoint, accessKey: s3.accessKey, secretKey: s3.secretKey, region: s3.region, durationSeconds: LIFE_S, policy: keyPolicy(s3.bucket, workspaceId),
  })
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS)
  const credentials = await Promise.race([
    provider.getCredentials(),
    new Promise<never>((_, reject) => late.addEventListener('abort', () => reject(new Error('The object store does not answer.')))),
  ])
  return {
    Version: 1,
    AccessKeyId: credentials.getAccessKey(),
    SecretAccessKey: credentials.getSecretKey(),
    SessionToken: credentials.getSessionToken(),
    Expiration: new Date(now.getTime() + LIFE_S * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
  }
}
