import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { isCellId } from '#lib/domain/ids.ts'
import { checkFolder, checkTitle } from '#lib/domain/notebook.ts'
import { checkSlug, slugFrom } from '#lib/domain/workspace.ts'
import { describeIdleStop, describeKernelEnd, showBytes } from '#lib/domain/kernel.ts'

describe('a title', () => {
  it('is refused when empty or too long', () => {
    expect(checkTitle('  ')).toMatchObject({ ok: false, reason: 'title-empty' })
    expect(checkTitle('x'.repeat(201))).toMatchObject({ ok: false, reason: 'title-too-long' })
  })
  it('is trimmed', () => expect(checkTitle('  Flights ')).toEqual({ ok: true, value: 'Flights' }))
})

describe('a folder', () => {
  it.each(['..', 'a/../b', './a'])('%s is refused', (text) => expect(checkFolder(text)).toMatchObject({ ok: false, reason: 'folder-invalid' }))
  it.each([['', ''], ['/', ''], ['a', 'a'], ['/a//b/ ', 'a/b']])('%j becomes %j', (text, folder) =>
    expect(checkFolder(text)).toEqual({ ok: true, value: folder }))
})

describe('a slug', () => {
  it.each(['', '-a', 'a-', 'A', 'a b', 'ä', 'x'.repeat(41)])('%j is refused', (slug) => expect(checkSlug(slug).ok).toBe(false))
  it.each(['api', 'share', 'embed', 'healthz'])('%s belongs to the address', (slug) => expect(checkSlug(slug)).toMatchObject({ reason: 'slug-reserved' }))
  it('made from any name is good', () => {
    fc.assert(fc.property(fc.string(), (name) => checkSlug(slugFrom(name)).ok))
    expect(slugFrom('Équipe Données!')).toBe('equipe-donnees')
  })
})

describe('a cell id', () => {
  it.each(['', '__proto__', '../x', 'a/b', 'a b', '-a', 'x'.repeat(65)])('%j is refused', (id) => expect(isCellId(id)).toBe(false))
  it.each(['a', 'abc-1_2', '8b2c9d0e'])('%s is good', (id) => expect(isCellId(id)).toBe(true))
})

describe('the end of a kernel', () => {
  it('names the signal', () => expect(describeKernelEnd(null, 'SIGKILL')).toContain('signal 9'))
  it('names the exit code', () => expect(describeKernelEnd(3, null)).toContain('exit code 3'))
  it('names peak and limit of one that ran out of memory', () => {
    expect(describeKernelEnd(null, 'SIGKILL', { kind: 'memory', peakBytes: 1.98 * 2 ** 30, limitBytes: 2 ** 31 })).toMatch(/^The kernel ran out of memory: peak 1\.98 GB of 2 GB\..*signal 9.*Its variables are gone/)
  })
  it('names the machine where the system ended it', () => {
    expect(describeKernelEnd(null, 'SIGKILL', { kind: 'threads', count: 5000, limit: 4096 })).toMatch(/^The kernel and what it started had 5000 threads, of 4096 .*signal 9.*Its variables are gone/)
    expect(describeKernelEnd(null, 'SIGKILL', { kind: 'memory', peakBytes: 3 * 2 ** 30, limitBytes: 2 ** 32, isBySystem: true })).toMatch(/peak 3 GB of the 4 GB that there are.*by the system/)
  })
  it.each([[30_000, '30 seconds'], [60_000, '1 minute'], [60 * 60_000, '60 minutes'], [4 * 3600_000, '4 hours']])('names the idle time: %i ms', (ms, span) => expect(describeIdleStop(ms)).toContain(`after ${span} of idle`))
  it.each([[0, '0 B'], [1023, '1023 B'], [2048, '2 KB'], [150 * 2 ** 20, '150 MB'], [2 ** 30, '1 GB'], [1.5 * 2 ** 30, '1.50 GB']])('shows %i bytes as %s', (bytes, text) => expect(showBytes(bytes)).toBe(text))
})
