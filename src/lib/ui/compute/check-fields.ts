/** The rules of a compute before anything is asked of the server, which judges again. Pure. */
import { checkComputeLimits, checkComputeName, checkPagesUrl, type ComputeKind } from '#lib/domain/compute.ts'
import { parseConnectUrl } from '#lib/domain/connect-url.ts'
import type { ComputeFields } from './compute-calls.ts'

export function checkFields(kind: ComputeKind, fields: ComputeFields & { name: string }): { reason: string; message: string } | null {
  const { name, memoryMb = null, cores = null, idleMinutes = null, url, pagesUrl = null } = fields
  const checks = kind === 'embedded'
    ? [checkComputeName(name), checkComputeLimits({ memoryMb, cores, idleMinutes })]
    : [checkComputeName(name), ...(url === undefined ? [] : [parseConnectUrl(url)]), checkPagesUrl(pagesUrl)]
  const wrong = checks.find((check) => !check.ok)
  return wrong === undefined || wrong.ok ? null : { reason: wrong.reason, message: wrong.message }
}
