/** What may be written about a compute: names, limits and the address of its pages. */
import { describe, expect, it } from 'vitest'
import { checkComputeLimits, checkComputeName, checkPagesUrl } from '#lib/domain/compute.ts'

const NONE = { memoryMb: null, cores: null, idleMinutes: null }

describe('a compute', () => {
  it('is called by a name that can be read', () => {
    expect(checkComputeName('  Big   memory ')).toEqual({ ok: true, value: 'Big memory' })
    expect(checkComputeName(' ')).toMatchObject({ ok: false, message: 'Give the compute a name.' })
    expect(checkComputeName('x'.repeat(61))).toMatchObject({ ok: false, reason: 'name-invalid' })
  })

  it.each([
    [{ memoryMb: 1 }, 'memory-invalid'], [{ memoryMb: 1023 }, 'memory-invalid'], [{ memoryMb: 1500.5 }, 'memory-invalid'], [{ memoryMb: -2048 }, 'memory-invalid'], [{ memoryMb: Number.NaN }, 'memory-invalid'], [{ memoryMb: 2 ** 40 }, 'memory-invalid'],
    [{ cores: 0 }, 'cores-invalid'], [{ cores: 257 }, 'cores-invalid'], [{ cores: 1.5 }, 'cores-invalid'],
    [{ idleMinutes: 0 }, 'idle-invalid'], [{ idleMinutes: 10_081 }, 'idle-invalid'],
  ])('refuses %o', (given, reason) => {
    const limits = checkComputeLimits({ ...NONE, ...given })
    expect(limits).toMatchObject({ ok: false, reason })
    expect(!limits.ok && /\d/.test(limits.message)).toBe(true)
  })

  it.each([NONE, { memoryMb: 1024, cores: 1, idleMinutes: 1 }, { memoryMb: 65_536, cores: 256, idleMinutes: 10_080 }])('takes %o', (given) => expect(checkComputeLimits(given)).toEqual({ ok: true, value: given }))

  it('takes an https address of Spark’s pages, or none', () => {
    expect(checkPagesUrl('https://spark.example.org/history')).toEqual({ ok: true, value: 'https://spark.example.org/history' })
    expect(checkPagesUrl(' ')).toEqual({ ok: true, value: null })
    for (const bad of ['http://spark.example.org', 'javascript:alert(1)', 'https://me:word@spark.example.org', 'spark']) expect(checkPagesUrl(bad)).toMatchObject({ ok: false, reason: 'pages-url-invalid' })
  })
})
