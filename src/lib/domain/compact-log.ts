/**
 * Compacts a Delta log: of many commits, in order, what still holds at their end, as one commit that says the same. A
 * file is told apart by its path and its deletion vector, as the protocol has it. What a reader has no need of (who wrote,
 * the least and greatest values, what was removed) is left out; what it must know of the protocol is kept word for word.
 */
interface Vector {
  storageType?: string
  pathOrInlineDv?: string
  offset?: number | null
  cardinality?: number
}

interface File {
  path: string
  size?: number
  stats?: string | null
  deletionVector?: Vector | null
}

type Action = Partial<Record<'protocol' | 'metaData', object | null>> & Partial<Record<'add' | 'remove', File | null>> & { sidecar?: object | null }

interface TableMeta {
  schemaString?: string
  description?: string | null
  partitionColumns?: string[]
  configuration?: Record<string, string> | null
}

export interface CompactedLog {
  protocol: object | null
  metaData: TableMeta | null
  /** By what tells a file apart. */
  files: Map<string, LogFile>
}

export interface LogFile {
  path: string
  bytes: number
  /** Null when its writer did not say. */
  rows: number | null
  deleted: number
  /** As JSON. */
  add: string
}

export const emptyLog = (): CompactedLog => ({ protocol: null, metaData: null, files: new Map() })

/** Takes the lines of the next commit. They may be anybody's: what is no JSON throws. */
export function addCommit(log: CompactedLog, text: string): void {
  const actions = text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Action)
  for (const { remove } of actions) if (isFile(remove)) log.files.delete(keyOf(remove))
  for (const { protocol, metaData, add, sidecar } of actions) {
    if (sidecar) throw new Error('Delta: files listed in a sidecar are not supported here')
    if (protocol) log.protocol = protocol
    if (metaData) log.metaData = metaData
    if (isFile(add)) log.files.set(keyOf(add), fileOf(add))
  }
}

/** One commit that stands for all, the same for the same table whatever it was put together from: pages are cut by the order of its files. */
export function writeLog({ protocol, metaData, files }: CompactedLog): string {
  if (protocol === null || metaData === null) throw new Error('Delta: no metaData in the log')
  const lines = [JSON.stringify({ protocol }), JSON.stringify({ metaData })]
  for (const key of [...files.keys()].sort()) lines.push(`{"add":${files.get(key)?.add}}`)
  return lines.join('\n')
}

/** Whether the checksum of a version (its text) says the same of the table's schema and protocol as the log. */
export function agrees(checksum: string, { protocol, metaData }: CompactedLog): boolean {
  try {
    const said = JSON.parse(checksum) as { protocol?: object; metadata?: TableMeta }
    return inOrder(said.protocol) === inOrder(protocol) && inOrder(said.metadata) === inOrder(metaData)
  } catch {
    return false
  }
}

/** As text, whatever the order of the names; a list of features has no order either. */
function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).sort().join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  return `{${Object.entries(value).filter(([, one]) => one !== null && one !== undefined).map(([name, one]) => `${JSON.stringify(name)}:${inOrder(one)}`).sort().join()}}`
}

/** Null where a file does not say how many rows it has. */
export function countRows({ files }: CompactedLog): number | null {
  let total = 0
  for (const { rows, deleted } of files.values()) {
    if (rows === null) return null
    total += rows - deleted
  }
  return total
}

const isFile = (file: File | null | undefined): file is File => typeof file?.path === 'string'

const keyOf = ({ path, deletionVector: vector }: File): string => JSON.stringify(vector ? [path, vector.storageType, vector.pathOrInlineDv, vector.offset ?? null] : [path])

function fileOf(file: File): LogFile {
  const rows = rowsOf(file.stats)
  const { stats: _stats, ...kept } = { ...file, tags: undefined, stats_parsed: undefined, partitionValues_parsed: undefined, dataChange: true }
  return {
    path: file.path, bytes: file.size ?? 0, rows, deleted: file.deletionVector?.cardinality ?? 0,
    add: JSON.stringify(rows === null ? kept : { ...kept, stats: JSON.stringify({ numRecords: rows }) }),
  }
}

function rowsOf(stats: string | null | undefined): number | null {
  try {
    const { numRecords } = JSON.parse(stats ?? 'null') as { numRecords?: unknown }
    return typeof numRecords === 'number' ? numRecords : null
  } catch {
    return null
  }
}
