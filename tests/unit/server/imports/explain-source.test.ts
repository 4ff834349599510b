/** What programs say of a file, as they say it, and the sentence that a person reads: trouble of the store is never called a damaged file. */
import { expect, it } from 'vitest'
import { explainSource } from '#server/imports/explain-source.ts'

const STORE = /store does not answer/
const DAMAGED = /Parquet file is damaged/
const OVERTAKEN = /changed this table meanwhile.*Try again/

it.each([
  ['a write while the store is away', 'Generic S3 error: Error performing PUT http://127.0.0.1:9000/dataharbour/ws/4403f0e1/tables/x/part-00000-495b3d92-c000.zstd.parquet in 8s, after 2 retries - HTTP error: error sending request', STORE],
  ['the same in lines, of a table with a telling name', 'Kernel error -> Generic S3 error\n    \u001b[31m↳\u001b[0m Error performing GET http://127.0.0.1:1/b/ws/x/tables/feature_schema_match/_delta_log/_last_checkpoint in 214ms\n      \u001b[31m↳\u001b[0m 2, retry_timeout\n     \u001b[31m↳\u001b[0m 8s  - HTTP error\n  \u001b[31m↳\u001b[0m error sending\n \u001b[31m↳\u001b[0m request', STORE],
  ['a sheet while the store is in trouble', "HTTP Error: HTTP GET error on 'http://127.0.0.1:9000/dataharbour/ws/x/uploads/y/sheet-0.parquet' (HTTP 503)", STORE],
  ['a file named without its place', 'IO Error: sheet-0.parquet: HTTP 503', STORE],
  ['keys that are over', "HTTP Error: HTTP GET error reading 'http://127.0.0.1:9000/b/sheet-0.parquet' in region 'us-east-1' (HTTP 403 Forbidden)", STORE],
  ['no server', "IO Error: Could not connect to server error for HTTP HEAD to 'http://127.0.0.1:1/b/ws/x/sheet-0.parquet'", STORE],
  ['too little memory', 'Out of Memory Error: could not allocate block of size 256.0 KiB while reading s3://b/ws/x/sheet-0.parquet (600 MB used)', /more memory than an import has/],
  ['no Parquet', "Invalid Input Error: No magic bytes found at end of file 's3://b/ws/x/uploads/4403/file'", DAMAGED],
  ['Parquet with a broken end', "Invalid Input Error: Footer length error in file 's3://b/ws/x/uploads/y/file'", DAMAGED],
  ['Parquet with a broken middle', 'Parquet error: EOF: Parquet file too small', DAMAGED],
  ['a number that only looks like one of the store', "Conversion Error: Could not convert string '14035' of s3://b/ws/403/uploads/y/file to INT32", /cannot be read as a table/],
  ['columns of another table', "Schema does not match: a column is not one of the table's.", /columns are not those of the table/],
  ['a table that a cell added to meanwhile', "Commit failed: a concurrent transactions added new data.\nHelp: This transaction's query must be rerun to exclude the new data.", OVERTAKEN],
  ['a table whose protocol a cell changed meanwhile', 'Protocol changed since last commit: the table needs another writer', OVERTAKEN],
  ['a table that is written to all the time', 'Tried committing existing table version: 16', OVERTAKEN],
  ['a feature that only Spark writes', 'The table requires the writer feature columnMapping', /only Spark can write/],
])('%s', (_what, detail, sentence) => {
  expect(explainSource(detail).message).toMatch(sentence)
})
