// One embedded Spark for the tests that only need some Spark, so that each of them does not
// start its own. It sees the whole test bucket; the product's computes see one workspace.
import { closeSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLog } from '../data-folder.mjs'
import { writeJson } from '../files.mjs'
import { canConnect, findFreePort } from '../ports.mjs'
import { spawnApart, startTime, stopProcess } from '../processes.mjs'
import { SetupError, Stopped } from '../setup-error.mjs'
import { repoRoot } from '../where.mjs'

const startMs = 120_000

function launch(env, folders, port) {
  const folder = join(folders.root, 'spark')
  const keys = join(folder, 'keys.json')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeJson(keys, { Version: 1, AccessKeyId: env.S3_ACCESS_KEY, SecretAccessKey: env.S3_SECRET_KEY }, 0o600)
  const warehouse = `s3a://${env.S3_BUCKET}/ws/tests/tables`
  const args = ['-m', 'dataharbour.compute', '--port', port, '--warehouse', warehouse, '--endpoint', env.S3_ENDPOINT, '--region', env.S3_REGION, '--keys', keys, '--folder', folder]
  const log = openLog(folders, 'spark')
  const child = spawnApart(env.PYTHON, args.map(String), { cwd: folder, env: { ...env, PYTHONPATH: join(repoRoot, 'spark') }, log })
  closeSync(log)
  child.unref()
  return child
}

/** Resolves to SPARK_REMOTE and how to stop it, once the server listens. */
export async function startSpark(env, folders, signal) {
  const port = await findFreePort()
  const child = launch(env, folders, port)
  const running = { pid: child.pid, started: child.pid && startTime(child.pid) }
  const stop = () => stopProcess(running, { graceMs: 15_000, group: true })
  const end = Date.now() + startMs
  while (!(await canConnect(port))) {
    const isGone = child.exitCode !== null || child.spawnError
    if (!signal.aborted && !isGone && Date.now() < end) {
      await sleep(200)
      continue
    }
    await stop()
    throw signal.aborted ? new Stopped() : new SetupError(`Spark did not start; its log is ${join(folders.logs, 'spark.log')}.`)
  }
  return { env: { SPARK_REMOTE: `sc://127.0.0.1:${port}` }, stop }
}
