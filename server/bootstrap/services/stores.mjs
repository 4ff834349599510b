// The two stores of one data folder, Postgres and MinIO: given ones are looked at, missing
// ones are started as soon as what they need is there, and only started ones are stopped.
import { rmSync } from 'node:fs'
import { logStep } from '../log.mjs'
import { checkGiven } from './given.mjs'
import { keepRunning } from './keep-running.mjs'
import { minioSettings, startMinio } from './minio.mjs'
import { postgresSettings, startPostgres } from './postgres.mjs'
import { findRunning } from './running.mjs'

const s3Names = ['S3_ENDPOINT', 'S3_ACCESS_KEY', 'S3_SECRET_KEY', 'S3_REGION', 'S3_BUCKET', 'S3_STS']

async function beginPostgres(ctx, parts, { owner }) {
  await parts.npm
  if (ctx.env.DATABASE_URL) {
    await checkGiven(ctx.env, 'DATABASE_URL', 'The Postgres')
    return { env: { DATABASE_URL: ctx.env.DATABASE_URL } }
  }
  if (owner) {
    const secrets = await findRunning(ctx.folders, 'postgres', owner)
    return { env: postgresSettings(secrets, secrets.port) }
  }
  return keepRunning('Postgres', () => startPostgres(ctx.folders, ctx.progress), ctx.tell)
}

async function beginMinio(ctx, parts, { owner, policyBuckets }) {
  if (ctx.env.S3_ENDPOINT) {
    await checkGiven(ctx.env, 'S3_ENDPOINT', 'The object store')
    return { env: Object.fromEntries(s3Names.filter((name) => ctx.env[name]).map((name) => [name, ctx.env[name]])) }
  }
  const bucket = ctx.env.S3_BUCKET
  if (owner) {
    const secrets = await findRunning(ctx.folders, 'minio', owner)
    return { env: minioSettings(secrets, secrets.port, bucket) }
  }
  const [binary, python] = await Promise.all([parts.minio, parts.python])
  return keepRunning('MinIO', () => startMinio(ctx.folders, { binary, python, bucket, policyBuckets }), ctx.tell)
}

async function stopStarted(begun) {
  const service = await begun.catch(() => undefined)
  await service?.stop?.()
  return service
}

/**
 * `policyBuckets`: what MinIO's user may use; the product's one bucket unless told otherwise.
 * `owner`: the DataHarbour whose embedded stores are used. `hasObjects`: false for Postgres alone.
 */
export function beginStores(ctx, parts, { policyBuckets, owner, hasObjects = true } = {}) {
  const begin = (title, work) => ctx.guard(logStep(ctx.log, title, work))
  const postgres = begin('Postgres', () => beginPostgres(ctx, parts, { owner }))
  const minio = hasObjects ? begin('object store', () => beginMinio(ctx, parts, { owner, policyBuckets })) : Promise.resolve({ env: {} })
  async function stop() {
    const store = await stopStarted(minio)
    return [store, await stopStarted(postgres)]
  }
  return {
    env: async () => ({ ...(await postgres).env, ...(await minio).env }),
    stop,
    /** For tests: stops both and deletes what they stored. */
    erase: async () => {
      for (const service of await stop()) if (service?.data) rmSync(service.data, { recursive: true, force: true })
    },
  }
}
