/** A compute in words, and its form judged before the server is asked. */
import { describe, expect, it } from 'vitest'
import { checkFields } from '../../../src/lib/ui/compute/check-fields.ts'
import { describeCompute, describeRest, showMemory } from '../../../src/lib/ui/compute/describe-compute.ts'

const installation = { memory: '2g', cores: 2, idleMinutes: 30 }
const embedded = { kind: 'embedded', url: null, hasToken: false, memoryMb: null, cores: null } as const

describe('a compute', () => {
  it('is described by what it has, or what the installation gives', () => {
    expect(describeCompute(embedded, installation)).toBe('Spark on this machine · 2 cores · 2 GB of memory')
    expect(describeCompute({ ...embedded, memoryMb: 8192, cores: 1 }, installation)).toBe('Spark on this machine · 1 core · 8,192 MB of memory')
    expect(describeCompute(embedded, null)).toBe('Spark on this machine')
    expect(describeCompute({ ...embedded, kind: 'remote', url: 'sc://a:15002', hasToken: true }, installation)).toBe('Spark elsewhere · sc://a:15002 · with a token')
    expect(showMemory('1500m')).toBe('1,500 MB')
  })

  it.each([[1, 'a minute'], [30, '30 minutes'], [60, 'an hour'], [90, '90 minutes'], [120, '2 hours'], [1440, 'a day'], [10_080, '7 days']])('rests %i minutes: %s', (minutes, words) => expect(describeRest(minutes)).toBe(words))

  it('is judged in its form by the same rules', () => {
    expect(checkFields('embedded', { name: 'Big', memoryMb: 2048, cores: null, idleMinutes: null })).toBeNull()
    expect(checkFields('embedded', { name: ' ', memoryMb: 1 })).toMatchObject({ reason: 'name-invalid' })
    expect(checkFields('embedded', { name: 'Big', memoryMb: Number.NaN })).toMatchObject({ reason: 'memory-invalid' })
    expect(checkFields('remote', { name: 'Cluster', url: '' })).toMatchObject({ reason: 'url-invalid' })
    expect(checkFields('remote', { name: 'Cluster', url: 'sc://a', pagesUrl: 'http://a' })).toMatchObject({ reason: 'pages-url-invalid' })
    // A change that leaves the address as it is.
    expect(checkFields('remote', { name: 'Cluster', pagesUrl: null })).toBeNull()
  })
})
