/** Takes one part of a file and passes it on to the store as it comes, so that a web process holds no more of it than what is on the way. */
import type { Readable } from 'node:stream'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { partRange } from '#lib/domain/upload.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { findUpload, touchUpload, uploadKey } from './upload-rows.ts'

export type PartRefusal = AuthorizeRefusal | 'part-invalid' | 'upload-whole' | 'storage-unavailable'

export interface PartRequest {
  uploadId: string
  part: number
  /** As the request says it. */
  bytes: number
  body: Readable
}

export async function putPart(deps: Pick<Deps, 'db' | 'objects'>, actor: Actor | null, { uploadId, part, bytes, body }: PartRequest): Promise<Outcome<null, PartRefusal>> {
  const found = await findUpload(deps, actor, uploadId)
  if (!found.ok) return found
  const row = found.value
  if (row.state === 'whole') return refuse('upload-whole', 'All of this file is here already.')
  const range = partRange(row.bytes, part, row.partBytes)
  if (range === null || bytes !== range.to - range.from) return refuse('part-invalid', range === null ? 'This file has no such part.' : `Part ${part} has ${range.to - range.from} bytes. Send exactly these, as application/octet-stream.`)
  const sent = await orAway(() => deps.objects.parts.put(uploadKey(row), row.storeId, part, body, bytes))
  if (!sent.ok) return sent
  await touchUpload(deps, row.id)
  return accept(null)
}
