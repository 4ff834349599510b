// The data folder's passwords and ports, made once and kept in secrets.json (0600).
// Ports are kept so that a service left running by a kill -9 is found again.
import { randomBytes } from 'node:crypto'
import { readJson, writeJson } from './files.mjs'
import { findFreePort, isPortFree } from './ports.mjs'

const secret = (bytes = 24) => randomBytes(bytes).toString('hex')

/** Reads secrets.json, adding whatever is not in it yet. */
export function openSecrets(path) {
  const kept = readJson(path) ?? {}
  const secrets = {
    ...kept,
    authSecret: kept.authSecret ?? secret(32),
    postgres: { adminPassword: secret(), password: secret(), ...kept.postgres },
    minio: { rootUser: `root-${secret(6)}`, rootPassword: secret(), user: 'dataharbour', password: secret(20), ...kept.minio },
  }
  if (JSON.stringify(kept) !== JSON.stringify(secrets)) writeJson(path, secrets, 0o600)
  return secrets
}

/** The service's kept port, or a new free one when it has none or somebody took it. */
export async function keptPort(path, service) {
  const secrets = openSecrets(path)
  const kept = secrets[service].port
  if (kept && (await isPortFree(kept))) return kept
  secrets[service].port = await findFreePort()
  writeJson(path, secrets, 0o600)
  return secrets[service].port
}
