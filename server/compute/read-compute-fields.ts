/** What a person writes about a compute, checked: each field by its rule, and a new address by a real connection. */
import { checkComputeLimits, checkComputeName, checkPagesUrl, type LimitRefusal } from '#lib/domain/compute.ts'
import { parseConnectUrl, type ConnectUrl, type ConnectUrlRefusal } from '#lib/domain/connect-url.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Config } from '../config.ts'
import type { Database } from '../store/client.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import type { ComputeRow } from './authorize-compute.ts'
import { sealParameters } from './seal-parameters.ts'
import { tryConnect, type ConnectRefusal } from './try-connect.ts'

export type WriteDeps = { db: Database; config: Pick<Config, 'authSecret'> }
export type WriteRefusal = AuthorizeRefusal | LimitRefusal | ConnectUrlRefusal | ConnectRefusal | 'name-invalid' | 'name-taken' | 'pages-url-invalid' | 'url-needed' | 'url-not-its' | 'limits-not-its' | 'too-many-computes'

export interface ComputeFields {
  name?: string | undefined
  memoryMb?: number | null | undefined
  cores?: number | null | undefined
  idleMinutes?: number | null | undefined
  /** Of a remote one. */
  url?: string | undefined
  pagesUrl?: string | null | undefined
}

export const nameTaken = (name: string) => refuse('name-taken', `There is a compute called “${name}” in this workspace. Choose another name.`)

type Columns = Partial<Pick<ComputeRow, 'name' | 'memoryMb' | 'cores' | 'idleMinutes' | 'url' | 'sealedParameters' | 'uiUrl' | 'state' | 'reason'>>

/** What is given, checked; a new address by a real connection. */
export async function readFields(deps: WriteDeps, { id, kind }: Pick<ComputeRow, 'id' | 'kind'>, input: ComputeFields): Promise<Outcome<Columns, WriteRefusal>> {
  const columns: Columns = {}
  if (input.name !== undefined) {
    const name = checkComputeName(input.name)
    if (!name.ok) return name
    columns.name = name.value
  }
  const given = { memoryMb: input.memoryMb, cores: input.cores, idleMinutes: input.idleMinutes }
  const isRemote = kind === 'remote'
  if (isRemote && Object.values(given).some((one) => one !== undefined && one !== null)) return refuse('limits-not-its', 'Memory, cores and rest of a Spark that runs elsewhere are set where it runs.')
  if (!isRemote && (input.url !== undefined || (input.pagesUrl ?? null) !== null)) return refuse('url-not-its', 'A compute on this machine gets its address when it starts.')
  const limits = checkComputeLimits({ memoryMb: given.memoryMb ?? null, cores: given.cores ?? null, idleMinutes: given.idleMinutes ?? null })
  if (!limits.ok) return limits
  if (!isRemote) Object.assign(columns, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
  if (isRemote && input.pagesUrl !== undefined) {
    const pages = checkPagesUrl(input.pagesUrl)
    if (!pages.ok) return pages
    columns.uiUrl = pages.value
  }
  if (input.url === undefined) return accept(columns)
  const address = await checkAddress(input.url)
  if (!address.ok) return address
  const { parameters } = address.value
  return accept({ ...columns, url: address.value.address, sealedParameters: parameters === '' ? null : sealParameters(deps.config.authSecret, id, parameters), state: 'running', reason: null })
}

async function checkAddress(text: string): Promise<Outcome<ConnectUrl, ConnectUrlRefusal | ConnectRefusal>> {
  const url = parseConnectUrl(text)
  if (!url.ok) return url
  const reached = await tryConnect(url.value)
  return reached.ok ? url : reached
}
