/**
 * A Spark that runs elsewhere, as far as the product can tell: one real Spark Connect server at an address with a token.
 * `freeze` leaves it there without a word, `kill` takes it away, and after `start` it is back at the same address.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { loadBootstrap } from './load-bootstrap.ts'
import { freePort, newToken } from './spark-cluster.ts'

const { enterFolder } = (await loadBootstrap('suites/leftovers.mjs')) as { enterFolder: (folder: string) => void }
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface GivenSpark {
  url: string
  token: string
  start: (place: { workspaceId: WorkspaceId; keysFile: string }) => void
  freeze: () => void
  thaw: () => void
  kill: () => Promise<void>
  drop: () => Promise<void>
}

export async function reserveGivenSpark(): Promise<GivenSpark> {
  const [port, token] = [await freePort(), newToken()]
  const folder = mkdtempSync(join(tmpdir(), 'dh-given-'))
  enterFolder(folder)
  let child: ChildProcess | null = null
  let ended: Promise<void> = Promise.resolve()
  const kill = () => (child?.kill('SIGKILL'), ended)
  const { PATH, HOME, JAVA_HOME, SPARK_JARS, SPARK_CLASS_ARCHIVE, SPARK_JVM_OPTIONS, S3_BUCKET, S3_ENDPOINT, S3_REGION } = process.env
  return {
    url: `sc://localhost:${port}/;token=${token}`,
    token,
    start({ workspaceId, keysFile }) {
      const log = openSync(join(folder, 'spark.log'), 'a')
      const started = spawn(process.env.PYTHON ?? 'python3', [
        '-m', 'dataharbour.compute', '--port', String(port), '--warehouse', `s3a://${S3_BUCKET}/ws/${workspaceId}/tables`, '--endpoint', String(S3_ENDPOINT), '--region', S3_REGION ?? 'us-east-1',
        '--keys', keysFile, '--folder', join(folder, 'spark'), '--memory', '1g', '--cores', '2',
      ], { cwd: folder, stdio: ['ignore', log, log], env: { PATH, HOME, JAVA_HOME, SPARK_CLASS_ARCHIVE, SPARK_JVM_OPTIONS, PYTHONPATH: join(ROOT, 'spark'), SPARK_JARS, SPARK_CONNECT_AUTHENTICATE_TOKEN: token } as NodeJS.ProcessEnv })
      ended = new Promise((resolve) => started.once('exit', () => resolve()))
      child = started
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill,
    async drop() {
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
