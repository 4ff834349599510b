/**
 * Downloads a table: the server makes the file, then it comes piece by piece. It is asked for in a body, since a view of a
 * wide table names more columns than an address holds. The pieces are handed to the browser, which keeps large ones on the
 * disk, so that a file of any size is not held by the page.
 */
import type { Outcome } from '#lib/domain/outcome.ts'
import { accept, refuse } from '#lib/domain/outcome.ts'
import type { FileFormat } from '#lib/domain/result-file.ts'
import type { RowOrder } from '#lib/domain/result.ts'
import { openFile } from '#lib/live/api.ts'

export interface TableFile {
  format: FileFormat
  hasBom: boolean
  order: RowOrder
  /** Names in their order; null for all. */
  columns: readonly string[] | null
}

const PIECE_BYTES = 8 * 2 ** 20

export interface Progress {
  /** Bytes that are here. */
  done: number
  /** Null while the server makes the file. */
  all: number | null
}

export async function fetchTable(address: string, { format, hasBom, order, columns }: TableFile, signal: AbortSignal, tell: (progress: Progress) => void): Promise<Outcome<{ blob: Blob; name: string }>> {
  tell({ done: 0, all: null })
  const response = await openFile(address, { format, hasBom, sort: order.sort, filter: order.filter, columns }, signal)
  if (!response.ok) return response
  const { body, headers } = response.value
  const all = Number(headers.get('content-length') ?? 0)
  const [kept, fresh]: [Blob[], Uint8Array<ArrayBuffer>[]] = [[], []]
  let [done, waiting] = [0, 0]
  try {
    const reader = body?.getReader()
    for (;;) {
      const piece = await reader?.read()
      if (piece === undefined || piece.done) break
      fresh.push(piece.value)
      done += piece.value.length
      waiting += piece.value.length
      if (waiting >= PIECE_BYTES) {
        kept.push(new Blob(fresh.splice(0)))
        waiting = 0
      }
      tell({ done, all })
    }
  } catch {
    return refuse('offline', 'The download was broken off. Try again.')
  }
  return accept({ blob: new Blob([...kept, ...fresh], { type: headers.get('content-type') ?? '' }), name: nameIn(headers.get('content-disposition') ?? '') })
}

const nameIn = (disposition: string): string => {
  const [, encoded] = /filename\*=UTF-8''([^;]+)/.exec(disposition) ?? []
  return encoded === undefined ? 'table' : decodeURIComponent(encoded)
}
