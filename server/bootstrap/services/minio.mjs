// The embedded MinIO: started apart from the terminal, adopted after a kill -9, bound to
// 127.0.0.1 without its console. At first start minio-setup.py makes the bucket and the
// user that the product works as.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { get } from 'node:http'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openLog } from '../data-folder.mjs'
import { digest, writeAtomically } from '../files.mjs'
import { readLiveRecord, removeRecord, spawnApart, startTime, stopProcess, writeRecord } from '../processes.mjs'
import { SetupError } from '../setup-error.mjs'
import { keptPort, openSecrets } from '../secrets.mjs'

const region = 'us-east-1'
const usualBucket = 'dataharbour'
const setupScript = join(dirname(dirname(fileURLToPath(import.meta.url))), 'minio-setup.py')

function answers(port) {
  return new Promise((done) => {
    const request = get({ host: '127.0.0.1', port, path: '/minio/health/ready', timeout: 2000 }, (response) => {
      response.resume()
      done(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => done(false))
  })
}

async function waitReady(record, logFile) {
  const end = Date.now() + 60_000
  while (!(await answers(record.port))) {
    if (startTime(record.pid) !== record.started) throw new SetupError(`MinIO did not start; its log is ${logFile}.`)
    if (Date.now() > end) throw new SetupError(`MinIO did not become ready in 60 s; its log is ${logFile}.`)
    await sleep(50)
  }
}

function launch(binary, port, folders, secrets) {
  const args = ['server', '--address', `127.0.0.1:${port}`, '--certs-dir', join(folders.run, 'minio-certs'), folders.minio]
  const log = openLog(folders, 'minio')
  const child = spawnApart(binary, args, {
    env: {
      PATH: process.env.PATH,
      HOME: folders.run,
      MINIO_ROOT_USER: secrets.rootUser,
      MINIO_ROOT_PASSWORD: secrets.rootPassword,
      MINIO_SITE_REGION: region,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    cwd: folders.root,
    log,
  })
  closeSync(log)
  child.unref()
  return child
}

function runSetup(python, given) {
  return new Promise((done, fail) => {
    const child = spawn(python, ['-I', setupScript], { stdio: ['pipe', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.on('data', (chunk) => (errors += chunk))
    child.on('error', fail)
    child.on('close', (code) => {
      if (code === 0) done()
      else fail(new SetupError(`MinIO's user and bucket could not be made: ${errors.trim().split('\n').pop()}`))
    })
    child.stdin.end(JSON.stringify(given))
  })
}

/** Skipped when the marker says it was done for this very storage folder and these settings. */
async function setUpOnce(python, port, folders, secrets, bucket, policyBuckets) {
  const { user, password, rootUser, rootPassword } = secrets
  const done = digest(String(statSync(folders.minio).ino), user, password, bucket, ...policyBuckets, readFileSync(setupScript))
  const marker = join(folders.run, 'minio-setup')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === done) return
  await runSetup(python, { address: `127.0.0.1:${port}`, region, bucket, policyBuckets, user, password, rootUser, rootPassword })
  writeAtomically(marker, done)
}

async function adoptOrLaunch(recordPath, folders, binary, secrets) {
  const left = readLiveRecord(recordPath)
  if (left) return left
  const port = await keptPort(folders.secrets, 'minio')
  const child = launch(binary, port, folders, secrets)
  if (child.pid === undefined) throw new SetupError(`MinIO could not be started from ${binary}.`)
  writeRecord(recordPath, child.pid, { port })
  return { pid: child.pid, started: startTime(child.pid), port }
}

/** The settings by which the product finds this MinIO. */
export function minioSettings(secrets, port, bucket = usualBucket) {
  return {
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_ACCESS_KEY: secrets.user,
    S3_SECRET_KEY: secrets.password,
    S3_REGION: region,
    S3_BUCKET: bucket,
    S3_STS: '1',
  }
}

/** Starts or adopts MinIO; resolves to the S3_… settings and how to stop it. */
export async function startMinio(folders, { binary, python, bucket = usualBucket, policyBuckets = [bucket] }) {
  const { minio: secrets } = openSecrets(folders.secrets)
  const recordPath = join(folders.run, 'minio.json')
  mkdirSync(folders.minio, { recursive: true, mode: 0o700 })
  const record = await adoptOrLaunch(recordPath, folders, binary, secrets)
  const stop = async () => {
    await stopProcess(record, { graceMs: 15_000 })
    removeRecord(recordPath)
  }
  try {
    await waitReady(record, join(folders.logs, 'minio.log'))
    await setUpOnce(python, record.port, folders, secrets, bucket, policyBuckets)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    env: minioSettings(secrets, record.port, bucket),
    data: folders.minio,
    process: record,
    stop,
  }
}
