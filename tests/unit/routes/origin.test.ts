import { describe, expect, it } from 'vitest'
import { isApi, isPublic } from '#lib/server/access.ts'
import { isFromHere, isOwnHost } from '#lib/server/origin.ts'
import { safeNext } from '#lib/server/safe-next.ts'
import { addSecurityHeaders } from '#lib/server/security-headers.ts'

const HERE = ['http://127.0.0.1:3000', 'https://harbour.example.org']
const ask = (method: string, headers: Record<string, string> = {}) => isFromHere(new Request('http://127.0.0.1:3000/api/v1/x', { method, headers }), HERE)

describe('requests that change something [S18]', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses %s from another site, from nowhere and from null', (method) => {
    expect(ask(method, { origin: 'https://evil.example' })).toBe(false)
    expect(ask(method, { origin: 'null' })).toBe(false)
    expect(ask(method, { origin: 'http://127.0.0.1:3001' })).toBe(false)
    expect(ask(method)).toBe(false)
    expect(ask(method, { 'sec-fetch-site': 'cross-site' })).toBe(false)
    expect(ask(method, { 'sec-fetch-site': 'same-site' })).toBe(false)
  })

  it('does not let Sec-Fetch-Site talk a foreign Origin in', () => {
    expect(ask('POST', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' })).toBe(false)
  })

  it('does not take the password for a proxy, which browsers send by themselves, for a token', () => {
    expect(ask('POST', { authorization: 'Basic eDp5' })).toBe(false)
    expect(ask('POST', { authorization: 'Basic eDp5', origin: 'https://evil.example' })).toBe(false)
    expect(ask('POST', { authorization: 'Basic eDp5', origin: 'https://harbour.example.org' })).toBe(true)
  })

  it('lets our own pages, programs with a token, and reading through', () => {
    expect(ask('POST', { origin: 'http://127.0.0.1:3000' })).toBe(true)
    expect(ask('POST', { origin: 'https://harbour.example.org' })).toBe(true)
    expect(ask('POST', { 'sec-fetch-site': 'same-origin' })).toBe(true)
    expect(ask('POST', { authorization: 'Bearer dh_x' })).toBe(true)
    expect(ask('GET', { origin: 'https://evil.example' })).toBe(true)
  })
})

describe('names of this server', () => {
  const own = (host: string) => isOwnHost(host, 'https://harbour.example.org')
  it.each(['harbour.example.org', 'harbour.example.org:443', 'localhost:3000', '127.0.0.1:3000', '192.168.1.9:3000', '[::1]:3000'])('%s is one', (host) => expect(own(host)).toBe(true))
  it.each(['evil.example', 'evil.example:3000', 'harbour.example.org.evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', ''])('%j is not: a name that others can point here', (host) => expect(own(host)).toBe(false))
})

describe('routes that a stranger may open', () => {
  it.each(['/', '/(auth)/sign-in', '/healthz', '/docs', '/api/v1/openapi.json', '/share/[token]', '/embed/[token]'])('%s is public', (id) => expect(isPublic(id)).toBe(true))
  it.each(['/(app)/[workspace]', '/(app)/settings/tokens', '/api/v1/workspaces', '/api/v1/notebooks/[id]', '/api/v1/openapi.json/x', '/shared', '/docs/inner'])('%s is not', (id) => expect(isPublic(id)).toBe(false))
  it('tells the API from pages', () => expect([isApi('/api/v1/x'), isApi('/apiary')]).toEqual([true, false]))
})

describe('where sign-in leads', () => {
  it.each([
    [null, '/'], ['', '/'], ['/harbour/n/1?x=1#c', '/harbour/n/1?x=1#c'], ['https://evil.example/', '/'], ['//evil.example', '/'],
    ['/\\evil.example', '/'], ['/\t/evil.example', '/'], ['javascript:alert(1)', '/'], ['/%2F%2Fevil.example', '/%2F%2Fevil.example'],
  ])('%j → %s', (next, goes) => expect(safeNext(next)).toBe(goes))
})

describe('headers of every answer [S3, S14]', () => {
  const headersOf = (frameAncestors: string[] | null, policy?: string) => {
    const headers = new Headers(policy === undefined ? {} : { 'content-security-policy': policy })
    addSecurityHeaders(headers, { frameAncestors, isHttps: false })
    return headers
  }

  it('lets nobody frame a page', () => {
    const headers = headersOf(null, "default-src 'self'")
    expect(headers.get('content-security-policy')).toBe("default-src 'self'; frame-ancestors 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
  })

  it('names the origins of an embed, and none when its list is empty', () => {
    expect(headersOf(['https://a.example', 'https://b.example'], "default-src 'self'").get('content-security-policy')).toBe("default-src 'self'; frame-ancestors https://a.example https://b.example")
    expect(headersOf([], "default-src 'self'").get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headersOf(['https://a.example']).get('x-frame-options')).toBeNull()
  })
})
