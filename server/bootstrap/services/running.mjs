// The embedded stores of a DataHarbour that runs on this data folder already: used, never started or stopped.
import { canConnect } from '../ports.mjs'
import { openSecrets } from '../secrets.mjs'
import { SetupError } from '../setup-error.mjs'

/** The kept secrets of a store that answers; `name` is postgres or minio. */
export async function findRunning(folders, name, owner) {
  const secrets = openSecrets(folders.secrets)[name]
  if (secrets.port && (await canConnect(secrets.port))) return secrets
  throw new SetupError(
    `DataHarbour (process ${owner.pid}) holds ${folders.root} and its stores do not answer: it is still starting and brings them up to date itself, or it was given others. Run this again when it is ready, or give it the same settings.`,
  )
}
