/** The whole address of a remote compute, with its token: for the process that connects, never for an answer or a log. */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Config } from '../config.ts'
import type { ComputeRow } from './authorize-compute.ts'
import { openParameters } from './seal-parameters.ts'

export function connectUrlOf(config: Pick<Config, 'authSecret'> & { spark?: { remote: string | null } }, row: ComputeRow): Outcome<string, 'token-unreadable'> {
  if (row.isGiven) return accept(config.spark?.remote ?? row.url ?? '')
  if (row.sealedParameters === null) return accept(row.url ?? '')
  const parameters = openParameters(config.authSecret, row.id, row.sealedParameters)
  return parameters === null ? refuse('token-unreadable', 'The token of this compute cannot be read any more, because AUTH_SECRET was changed. Write its address with the token again.') : accept(`${row.url}/${parameters}`)
}
