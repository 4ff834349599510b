/** A text is read as a value of a type wholly or not at all: whatever DuckDB makes of it says the same as the text did. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportType } from '#lib/domain/import.ts'
import { typedValue } from '#server/reader/source-query.ts'

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("SET TimeZone = 'UTC'")
})
afterAll(() => connection.disconnectSync())

type Typed = Exclude<ImportType, 'string' | 'as-is'>
async function read(type: Typed, text: string): Promise<string | null> {
  const rows = (await connection.runAndReadAll(`SELECT CAST(${typedValue(type, 't')} AS VARCHAR) FROM (SELECT $1::VARCHAR AS t)`, [text])).getRows()
  return rows[0]?.[0] as string | null
}

describe('a text', () => {
  it.each<[Typed, string, string | null]>([
    ['bigint', '9223372036854775807', '9223372036854775807'], ['bigint', '9223372036854775808', null], ['bigint', '1.0', null], ['bigint', '1e3', null], ['bigint', '+5', '5'],
    ['double', '1e3', '1000.0'], ['double', '1_000', null], ['double', '1,5', null], ['double', '0x10', null],
    ['double', '12345678901234567890', null], ['double', '1234567890123456.7', null], ['double', '0.12345678901234567890', null], ['double', `1${'0'.repeat(400)}`, null], ['double', `0.${'0'.repeat(400)}1`, null],
    ['double', '0.30000000000000004', '0.30000000000000004'], ['double', '0.10000000000000001', '0.1'], ['double', '-1.50000000000000000000', '-1.5'], ['double', '1.000000000000000056e-01', '0.1'], ['double', '5000000000000000000000', '5e+21'],
    ['double-comma', '12.345.678.901.234.567.890', null], ['double-comma', '12345678901234567890', null], ['double-comma', '0,30000000000000004', '0.30000000000000004'],
    ['double-comma', '1.234.567,5', '1234567.5'], ['double-comma', '1.23', null], ['double-comma', '12,5', '12.5'], ['double-comma', '1234', '1234.0'],
    ['decimal', '0.0000000001', '0.0000000001'], ['decimal', '0.00000000001', null], ['decimal', '.', null], ['decimal', '', null],
    ['boolean', 'TRUE', 'true'], ['boolean', 'no', 'false'], ['boolean', '2', null],
    ['date', '2024-02-29', '2024-02-29'], ['date', '2023-02-29', null], ['date', '2024-01-01 10:00', null], ['date', '24-01-01', null],
    ['date-dmy', '31.12.2024', '2024-12-31'], ['date-dmy', '12/31/2024', null], ['date-mdy', '12/31/2024', '2024-12-31'], ['date-dmy', '31.12.2024 10:00', null],
    ['timestamp', '2024-01-31T10:00:00+02:00', '2024-01-31 08:00:00+00'], ['timestamp', '2024-01-31', '2024-01-31 00:00:00+00'], ['timestamp', '2024-01-31 25:00:00', null], ['timestamp', 'now', null],
  ])('as %s: %s is %s', async (type, text, value) => expect(await read(type, text)).toBe(value))

  const nearNumber = fc.oneof(fc.string({ unit: fc.constantFrom(...'0123456789+-.,eE _'), maxLength: 24 }), fc.bigInt().map(String), fc.double().map(String))

  it('that became a whole or an exact number is that number', async () => {
    await fc.assert(fc.asyncProperty(nearNumber, async (text) => {
      const whole = await read('bigint', text)
      if (whole !== null) expect(BigInt(whole)).toBe(BigInt(text.replace('+', '')))
      const exact = await read('decimal', text)
      if (exact !== null) expect(scaled(exact)).toBe(scaled(text))
    }), { numRuns: 400 })
  })

  it('that became a number without an exponent is that number, or the whole of one that is written out', async () => {
    const plain = fc.oneof(fc.bigInt().map(String), fc.tuple(fc.bigInt(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number.toFixed(12)), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String).filter((text) => !text.includes('e')))
    await fc.assert(fc.asyncProperty(plain, async (text) => {
      const digits = (number: string | number) => String(number).replace(/e.*$/, '').replace(/\D/g, '').replace(/^0+|0+$/g, '')
      const number = Number(text)
      const isKept = [digits(number), digits(number.toPrecision(17))].includes(digits(text)) && Number.isFinite(number)
      expect(await read('double', text) !== null, text).toBe(isKept)
    }), { numRuns: 400 })
  })

  it('that became a number is as near to it as a number can be', async () => {
    await fc.assert(fc.asyncProperty(nearNumber, async (text) => {
      const value = await read('double', text)
      if (value !== null) expect(Number(value.replace('inf', 'Infinity'))).toBe(Number(text.replace(/inf(inity)?/i, 'Infinity')))
    }), { numRuns: 400 })
  })
})

/** In units of the tenth digit behind the point. */
function scaled(text: string): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(text) ?? []
  return BigInt(`${whole}${fraction.padEnd(10, '0')}`) * (sign === '-' ? -1n : 1n)
}
