import { describe, expect, it } from 'vitest'
import { networkOf } from '#server/auth/limit-attempts.ts'

describe('the network an address counts under [S20]', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s → %s', (address, network) => expect(networkOf(address)).toBe(network))

  it('keeps what is not an address as it is', () => expect(networkOf('unknown')).toBe('unknown'))
})
