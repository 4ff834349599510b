/** The file that an address asks for. */
import type { FileRequest } from '#lib/domain/result-file.ts'
import type { DownloadQuery } from './result-schemas.ts'

export const fileRequestOf = ({ format, sort, filter, columns, bom }: DownloadQuery): FileRequest =>
  ({ format, sort: sort ?? [], filter: filter ?? [], columns: columns ?? null, hasBom: bom === '1' })
