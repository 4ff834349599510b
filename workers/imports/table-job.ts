/** What the child is told of a table to be made: the SQL that reads the file, which the look at it has shown, and where the table goes. */
import type { ImportTarget } from '#lib/domain/import.ts'
import { tablePath } from '#server/data/data-place.ts'
import type { ClaimedImport } from '#server/imports/change-import.ts'
import { givenType, isChecked, isLookedAtWhole, JSON_FIRST_ROWS, jsonRows, jsonTable, sourceTable, typedRows } from '#server/reader/source-query.ts'
import { sheetKey, uploadKey, type UploadRow } from '#server/uploads/upload-rows.ts'

/** Of DuckDB; the process holds as much again for what is on its way. */
const MEMORY = '600MB'
const MODES = { refuse: 'error', replace: 'overwrite', append: 'append' } as const

export type TableTarget = Extract<ImportTarget, { kind: 'table' }>

export function tableJob(bucket: string, { row, userName }: Pick<ClaimedImport, 'row' | 'userName'>, upload: UploadRow, target: TableTarget): Record<string, unknown> {
  const { reading, columns, badValues, leftOut = [] } = target
  const source = { url: `s3://${bucket}/${reading.format === 'sheet' ? sheetKey(upload, reading.sheet) : uploadKey(upload)}`, reading }
  const isPadded = badValues === 'null'
  const isJson = reading.format === 'json'
  return {
    kind: 'table', id: row.id, userName, path: tablePath(row.workspaceId, target, false), mode: MODES[target.ifExists], badValues, memory: MEMORY,
    sql: typedRows(source, columns, { isPadded, mark: row.id }),
    columns: columns.map((column, at) => ({ from: column.from, name: column.name, type: column.type, isChecked: isChecked(reading, column), given: isJson && column.type === 'as-is' ? givenType(row.id, at) : null })),
    describe: isJson ? jsonTable(source.url, upload.bytes) : null,
    jsonRows: isJson ? jsonRows(source.url) : null, firstRows: JSON_FIRST_ROWS, isSampled: !isLookedAtWhole(upload.bytes), leftOut,
    bytes: reading.format === 'csv' ? upload.bytes / (reading.encoding === 'utf-16' ? 2 : 1) : null,
    count: reading.format === 'parquet' || reading.format === 'sheet' ? `SELECT count(*) FROM ${sourceTable(source, columns, isPadded)}` : null,
  }
}
