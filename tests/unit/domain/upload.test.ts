import { describe, expect, it } from 'vitest'
import { bytesThere, checkUpload, checkUploadName, isSameFile, missingParts, partRange, PART_BYTES, UPLOAD_MAX_BYTES } from '#lib/domain/upload.ts'
import { leftOf, rateOf, seeMore } from '#lib/domain/rate.ts'

describe('the name of a file that is brought in', () => {
  it.each(['orders.csv', 'Umsätze (2024) & mehr.xlsx', "Ann's [final].csv", '数据.parquet', '.hidden'])('%s is taken', (name) => expect(checkUploadName(name)).toEqual({ ok: true, value: name }))
  it.each(['', '  ', '.', '..', '../a', 'a/b', 'a\\b', 'a\0', 'a\nb', 'a\u202Eb', 'x'.repeat(256)])('%j is refused', (name) => expect(checkUploadName(name)).toMatchObject({ ok: false, reason: 'name-invalid' }))
})

describe('parts', () => {
  it('have no hole and no overlap; the last is what is left', () => {
    expect(partRange(PART_BYTES * 2 + 5, 3)).toEqual({ from: PART_BYTES * 2, to: PART_BYTES * 2 + 5 })
    for (const part of [0, -1, 1.5, 4, Number.NaN]) expect(partRange(PART_BYTES * 2 + 5, part)).toBeNull()
    expect(missingParts(PART_BYTES * 3, [2, 9])).toEqual([1, 3])
    expect(bytesThere({ bytes: PART_BYTES + 7, partBytes: PART_BYTES, parts: [2, 5] })).toBe(7)
  })

  it('are at most as many as the store takes', () => expect(Math.ceil(UPLOAD_MAX_BYTES / PART_BYTES)).toBeLessThanOrEqual(10_000))
})

it('sizes are bounded on both sides', () => {
  expect(checkUpload({ name: 'a', bytes: 0 })).toMatchObject({ reason: 'file-empty' })
  expect(checkUpload({ name: 'a', bytes: UPLOAD_MAX_BYTES }).ok).toBe(true)
  expect(checkUpload({ name: 'a', bytes: UPLOAD_MAX_BYTES + 1 })).toMatchObject({ reason: 'file-too-large' })
})

it('a file is known again by all of its marks', () => {
  const mark = { name: 'a', bytes: 1, changedAt: 2, head: 'x' }
  expect(isSameFile(mark, { ...mark })).toBe(true)
  for (const other of [{ name: 'b' }, { bytes: 2 }, { changedAt: 3 }, { head: 'y' }]) expect(isSameFile(mark, { ...mark, ...other })).toBe(false)
})

describe('the rate', () => {
  it('is that of the last ten seconds, and unknown before there are some', () => {
    let seen = seeMore([], { atMs: 0, done: 0 })
    expect(rateOf(seen)).toBeNull()
    seen = seeMore(seen, { atMs: 2000, done: 4_000 })
    expect(rateOf(seen)).toBe(2000)
    seen = seeMore(seen, { atMs: 20_000, done: 4_000 })
    expect(rateOf(seen)).toBeNull()
  })

  it.each([[1000, 5000, '5 s left'], [1000, 90_000, '2 min left'], [1000, 5_400_000, '1 h 30 min left'], [0, 5, null], [null, 5, null]])('%s a second and %s to go: %s', (rate, rest, words) => expect(leftOf(rate, rest)).toBe(words))
})
