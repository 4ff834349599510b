// The two stores of one data folder, Postgres and MinIO: given ones are looked at, missing
// ones are started as soon as what they need is there, and only started ones are stopped.
import { rmSync } from 'node:fs'
import { logStep } from '../log.mjs'
import { checkGiven } from './given.mjs'
import { keepRunning } from './keep-running.mjs'
import { startMinio } from './minio.mjs'
import { startPostgres } from './postgres.mjs'

const s3Names = ['S3_ENDPOINT', 'S3_ACCESS_KEY', 'S3_SECRET_KEY', 'S3_REGION', 'S3_BUCKET', 'S3_STS']

async function beginPostgres(ctx, parts) {
  await parts.npm
  if (!ctx.env.DATABASE_URL) {
    return keepRunning('Postgres', () => startPostgres(ctx.folders, ctx.progress), ctx.tell)
  }
  await checkGiven(ctx.env, 'DATABASE_URL', 'The Postgres')
  return { env: { DATABASE_URL: ctx.env.DATABASE_URL } }
}

async function beginMinio(ctx, parts, policyBuckets) {
  if (!ctx.env.S3_ENDPOINT) {
    const [binary, python] = await Promise.all([parts.minio, parts.python])
    const options = { binary, python, bucket: ctx.env.S3_BUCKET, policyBuckets }
    return keepRunning('MinIO', () => startMinio(ctx.folders, options), ctx.tell)
  }
  await checkGiven(ctx.env, 'S3_ENDPOINT', 'The object store')
  return { env: Object.fromEntries(s3Names.filter((name) => ctx.env[name]).map((name) => [name, ctx.env[name]])) }
}

async function stopStarted(begun) {
  const service = await begun.catch(() => undefined)
  await service?.stop?.()
  return service
}

/** `policyBuckets`: what MinIO's user may use; the product's one bucket unless told otherwise. */
export function beginStores(ctx, parts, { policyBuckets } = {}) {
  const postgres = ctx.guard(logStep(ctx.log, 'Postgres', () => beginPostgres(ctx, parts)))
  const minio = ctx.guard(logStep(ctx.log, 'object store', () => beginMinio(ctx, parts, policyBuckets)))
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
