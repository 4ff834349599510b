/** The SQL that the reader builds: names from the table only, values as parameters only. The reader's own tests run it. */
import { describe, expect, it } from 'vitest'
import type { PageRequest, ResultColumn } from '#lib/domain/result.ts'
import { castType } from '#server/reader/duckdb-type.ts'
import { explainFailure } from '#server/reader/explain-failure.ts'
import { longest, pageQuery } from '#server/reader/page-query.ts'

const columns: ResultColumn[] = [{ name: 'id', type: 'bigint' }, { name: 'Na"me', type: 'string' }, { name: 'place', type: 'int' }]
const request = (change: Partial<PageRequest>): PageRequest => ({ offset: 0, limit: 10, sort: [], filter: [], ...change })

describe('the longest value of a page', () => {
  it.each([
    [{ limit: 100 }, 5, 20_000], [{ limit: 200 }, 9, 18_641], [{ limit: 1000 }, 100, 335], [{ limit: 1000 }, 1000, 200], [{ limit: 1, isWhole: true, columns: { first: 3, count: 1 } }, 1, 2_000_000],
  ])('%j of %i columns is cut at %i letters', (change, width, letters) => expect(longest(request(change), width)).toBe(letters))
})

describe('pageQuery', () => {
  it('quotes names and never writes a value into the text', () => {
    const query = pageQuery('t1', columns, request({ filter: [{ column: 'Na"me', operator: '=', value: "x'; DROP" }] }))
    if (!query.ok) throw new Error(query.message)
    expect(query.value.rows.sql).toContain('"Na""me" = CAST($1 AS VARCHAR)')
    expect(query.value.rows.sql).not.toContain('DROP')
    expect(query.value.rows.values).toEqual(["x'; DROP"])
    expect(query.value.count.sql).toBe('SELECT count(*) FROM t1 WHERE "Na""me" = CAST($1 AS VARCHAR)')
  })

  it('makes an order total by a name that the table does not have', () => {
    const query = pageQuery('t1', columns, request({ sort: [{ column: 'id', direction: 'desc' }] }))
    expect(query.ok && query.value.rows.sql).toContain('ORDER BY "id" DESC NULLS LAST, "place_"')
  })

  it('keeps the page within its limits', () => {
    const query = pageQuery('t1', columns, request({ limit: 1e9, offset: -5 }))
    expect(query.ok && query.value.rows.sql).toContain('LIMIT 1000 OFFSET 0')
  })
})

describe('castType', () => {
  it.each([
    ['bigint', '12', 'HUGEINT'], ['int', '-1.50', 'DECIMAL(3,2)'], ['decimal(10,2)', '.5', 'DECIMAL(1,1)'], ['int', '1e3', null], ['int', '', null], ['int', '.', null],
    ['bigint', '9'.repeat(39), null], ['double', '1e308', 'DOUBLE'], ['float', '-inf', 'FLOAT'], ['double', 'x', null], ['string', '', 'VARCHAR'],
    ['boolean', 'True', 'BOOLEAN'], ['boolean', '1', null], ['timestamp_ntz', 'now', 'TIMESTAMP'], ['timestamp', 'now', 'TIMESTAMPTZ'], ['array<int>', '1', null],
  ])('%s and %j: %s', (type, value, expected) => expect(castType(type, value)).toBe(expected))
})

describe('explainFailure', () => {
  it.each([
    ['INTERRUPT Error: Interrupted!', 'reader-timeout'],
    ['IO Error: DeltaKernel GenericError (5): Generic delta kernel error: No files in log segment', 'result-gone'],
    ['HTTP Error: HTTP GET error on … (HTTP 404 Not Found)', 'result-gone'],
    ['IO Error: … HTTP error: error sending request', 'storage-unavailable'],
    ['Out of Memory Error: failed to allocate', 'reader-unavailable'],
    ['Unsupported: Unknown reader feature deletionVectors', 'table-unreadable'],
    ['something new', 'table-unreadable'],
  ])('%s: %s', (detail, reason) => expect(explainFailure(detail, 'page')).toMatchObject({ ok: false, reason }))

  it.each([
    ["IO Error: DeltaKernel UnsupportedError (35): Unsupported: Feature 'fancyRows' is not supported", 'fancyRows'],
    ['IO Error: DeltaKernel UnsupportedError (35): Unsupported: Unsupported minimum reader version 99', 'reader version 99'],
    ['IO Error: DeltaKernel GenericError (5): Generic delta kernel error: Catalog-managed table requires max_catalog_version to be set.', 'Catalog-managed'],
  ])('%s: names it', (detail, name) => expect(explainFailure(detail, 'page')).toEqual({ ok: false, reason: 'table-unreadable', message: `This Delta table uses a feature that DataHarbour cannot read: ${name}.` }))

  it('takes no sentence for the name of a feature', () => {
    const said = (name: string) => explainFailure(`Unsupported: Feature '${name}' is not supported`, 'page').message
    for (const name of ['<b>x</b>', 'call 1-800', 'x'.repeat(61), '']) expect(said(name)).toBe('This Delta table uses a feature that DataHarbour cannot read.')
    expect(said('$1')).toMatch(/cannot read\.$/)
  })

  it('never repeats the engine’s words, which name keys and addresses', () => {
    expect(explainFailure('HTTP 403 http://10.0.0.1/bucket/ws/1', 'page').message).not.toMatch(/10\.0\.0\.1|bucket/)
  })

  it('advises what the question allows: nobody can filter where two tables are compared or a file is looked at', () => {
    const said = (kind: Parameters<typeof explainFailure>[1]) => ['INTERRUPT Error', 'Out of Memory Error', 'No space left on device'].map((detail) => explainFailure(detail, kind).message).join(' ')
    expect(said('page')).toMatch(/Filter the table/)
    expect(said('same-rows')).toMatch(/in a cell/)
    for (const kind of ['same-rows', 'compare', 'source', 'file-head', 'state', 'commits'] as const) expect(said(kind)).not.toMatch(/[Ff]ilter|…/)
  })
})
