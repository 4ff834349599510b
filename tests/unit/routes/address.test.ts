import type { RequestEvent } from '@sveltejs/kit'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../../../src/lib/server/address.ts'

const event = (told: () => string, warnings: string[] = []) => ({
  getClientAddress: told, platform: { req: { socket: { remoteAddress: '10.0.0.2' } } },
  locals: { requestId: 'r', deps: { config: { trustedProxies: 2 }, log: { warn: (_fields: object, words: string) => warnings.push(words) } } },
}) as unknown as RequestEvent

describe('where a request comes from', () => {
  it('is what the server says', () => expect(addressOf(event(() => '192.0.2.1'))()).toBe('192.0.2.1'))

  it('is the proxy itself where the header names too few, and the log names the setting', () => {
    const warnings: string[] = []
    const asked = addressOf(event(() => { throw new Error('XFF_DEPTH is 2, but only found 1 addresses') }, warnings))
    expect(asked()).toBe('10.0.0.2')
    expect(warnings).toEqual([expect.stringContaining('TRUSTED_PROXIES=2')])
  })
})
