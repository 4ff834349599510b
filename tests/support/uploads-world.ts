/** For tests of uploads and imports: sends a file as a browser does, and lets an import come to its end by a real child process. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ImportTarget, Import } from '#lib/domain/import.ts'
import { HEAD_BYTES, partRange, type Upload } from '#lib/domain/upload.ts'
import { requestImport } from '#server/imports/request-import.ts'
import { readImport } from '#server/imports/read-import.ts'
import { lookAtUpload, type LookRequest } from '#server/imports/look-at-upload.ts'
import { beginUpload } from '#server/uploads/begin-upload.ts'
import { finishUpload } from '#server/uploads/finish-upload.ts'
import { putPart } from '#server/uploads/put-part.ts'
import { createStorageKeys } from '../../workers/compute/storage-keys.ts'
import { bringIn, type ImportDeps } from '../../workers/imports/bring-in.ts'
import { openWorkbook } from '../../workers/imports/open-workbook.ts'
import type { DataWorld } from './data-world.ts'

export function uploadsWorld(world: DataWorld) {
  const leaving = new AbortController()
  const told: string[] = []
  const deps: ImportDeps = { ...world.deps, keys: createStorageKeys(world.deps), tellTables: async (id) => void told.push(id), leaving: leaving.signal }
  const { actor, slug } = world.owner
  const markOf = (name: string, bytes: Buffer) => ({ name, bytes: bytes.length, changedAt: 1_700_000_000_000, head: createHash('sha256').update(bytes.subarray(0, HEAD_BYTES)).digest('hex') })
  const begin = (name: string, bytes: Buffer) => beginUpload(world.deps, actor, { ...markOf(name, bytes), workspaceId: slug })
  const put = (upload: Upload, bytes: Buffer, part: number) => {
    const range = partRange(upload.bytes, part, upload.partBytes)!
    const body = bytes.subarray(range.from, range.to)
    return putPart(world.deps, actor, { uploadId: upload.id, part, bytes: body.length, body: Readable.from([body]) })
  }
  async function send(name: string, content: Buffer | string): Promise<Upload> {
    const bytes = Buffer.from(content)
    const begun = good(await begin(name, bytes))
    for (let part = 1; part <= Math.ceil(bytes.length / begun.partBytes); part += 1) good(await put(begun, bytes, part))
    const whole = good(await finishUpload(world.deps, actor, begun.id))
    if (name.endsWith('.xlsx')) await openWorkbook(deps, whole.id)
    return whole
  }
  const look = (upload: Upload, request: Partial<LookRequest> = {}) => lookAtUpload(world.deps, actor, { uploadId: upload.id, delimiter: null, encoding: null, hasHeader: null, sheet: null, ...request })
  const ask = async (upload: Upload, target: ImportTarget): Promise<Import> => good(await requestImport(world.deps, actor, { workspaceId: slug, uploadId: upload.id, target, requestId: 'r' }))
  async function make(upload: Upload, target: ImportTarget): Promise<Import> {
    const asked = await ask(upload, target)
    await bringIn(deps, asked.id)
    return good(await readImport(world.deps, actor, asked.id))
  }
  /** As the look at it proposes. */
  async function tableOf(upload: Upload, table: string, change: Partial<Extract<ImportTarget, { kind: 'table' }>> = {}): Promise<Extract<ImportTarget, { kind: 'table' }>> {
    const { reading, columns } = good(await look(upload))
    return { kind: 'table', schema: 'default', table, reading, columns: columns.map(({ from, name, type }) => ({ from, name, type })), ifExists: 'refuse', badValues: 'refuse', ...change }
  }
  return { deps, told, leave: () => leaving.abort(), begin, put, send, look, ask, make, tableOf, actor, slug, markOf }
}

export function good<T>(outcome: { ok: true; value: T } | { ok: false; message: string }): T {
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome.value
}
