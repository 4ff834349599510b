/** The hook and route() together, as a request meets them: ids, denial, origins, strict bodies, Problem+JSON. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { accept, refuse } from '#lib/domain/outcome.ts'
import { publishDeps } from '#server/deps.ts'
import { route } from '../../../src/lib/server/route.ts'
import { askRoute, HERE } from '../../support/ask-route.ts'
import { createAccountsWorld, type AccountsWorld } from '../../support/accounts-world.ts'

let world: AccountsWorld
let ada: Awaited<ReturnType<AccountsWorld['addPerson']>>
beforeAll(async () => {
  world = await createAccountsWorld()
  publishDeps(world.deps)
  ada = await world.addPerson('Ada')
})
afterAll(() => world.drop())

const echo = route({
  name: 'echo', summary: 'Echo', params: z.strictObject({ id: z.uuid() }), query: z.strictObject({ q: z.string().optional() }),
  body: z.strictObject({ text: z.string().max(10) }), response: z.object({ text: z.string(), by: z.string() }), status: 201,
}, async ({ body, actor }) => (body.text === 'no' ? refuse('title-empty', 'Say something.') : accept({ text: body.text, by: actor.kind === 'member' ? actor.name : '', secret: 'x' })))

const ask = askRoute
const json = { 'content-type': 'application/json' }
const mine = () => ({ ...json, cookie: ada.cookie, origin: HERE })

describe('a request', () => {
  it('is answered with an id, safe headers, the status asked for and only the fields of the schema', async () => {
    const response = await ask(echo, { headers: mine(), body: '{"text":"hi"}' })
    expect([response.status, await response.json()]).toEqual([201, { text: 'hi', by: 'Ada' }])
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  it('becomes a Problem with the same id when it is refused', async () => {
    const response = await ask(echo, { headers: mine(), body: '{"text":"no"}' })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 400, reason: 'title-empty', detail: 'Say something.', id: response.headers.get('x-request-id') })
  })

  it.each([
    ['an unknown field', '{"text":"hi","userId":"eve","role":"owner"}', 'bad-request'], ['a long text', '{"text":"more than ten"}', 'bad-request'],
    ['no JSON', '{"text":', 'not-json'], ['a list', '[]', 'bad-request'], ['nothing', '', 'not-json'],
  ])('with %s is refused [S22]', async (_what, body, reason) => {
    const response = await ask(echo, { headers: mine(), body })
    expect([response.status, (await response.json()).reason]).toEqual([400, reason])
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])('as %s is refused [S18]', async (type) => {
    expect((await ask(echo, { headers: { ...mine(), 'content-type': type }, body: '{"text":"hi"}' })).status).toBe(400)
  })

  it('with an id that is none finds nothing; with an unknown query is refused', async () => {
    expect((await ask(echo, { headers: mine(), body: '{"text":"hi"}', params: { id: '../x' } })).status).toBe(404)
    expect((await ask(echo, { headers: mine(), body: '{"text":"hi"}', path: '/api/v1/echo/x?evil=1' })).status).toBe(400)
  })

  it.each<Record<string, string>>([{ origin: 'https://evil.example' }, { origin: 'null' }, {}, { 'sec-fetch-site': 'cross-site' }])('with the cookie but from %j is refused [S18]', async (from) => {
    const response = await ask(echo, { headers: { ...json, cookie: ada.cookie, ...from }, body: '{"text":"hi"}' })
    expect([response.status, (await response.json()).reason]).toEqual([403, 'origin-refused'])
  })
})

describe('a name that another site pointed at this machine', () => {
  it('is answered nowhere, though its page is its own origin', async () => {
    const host = 'http://rebound.example:3000'
    const form = await ask(null, { routeId: '/(auth)/sign-up', path: '/sign-up', host, headers: { origin: host } })
    const page = await ask(null, { method: 'GET', routeId: '/(auth)/sign-in', path: '/sign-in', host })
    expect([form.status, page.status, (await form.json()).reason]).toEqual([421, 421, 'host-unknown'])
  })
})

describe('strangers', () => {
  it('get 401 from the API, also from a route that was not made with route()', async () => {
    expect((await ask(echo, { headers: { ...json, origin: HERE }, body: '{"text":"hi"}' })).status).toBe(401)
    expect((await ask(null, { method: 'GET', routeId: '/api/v1/other', path: '/api/v1/other' })).status).toBe(401)
  })

  it('are led from a page to sign-in and back', async () => {
    const response = await ask(null, { method: 'GET', routeId: '/(app)/[workspace]', path: '/harbour?x=1' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fharbour%3Fx%3D1'])
    expect(response.headers.get('x-frame-options')).toBe('DENY')
  })

  it('may open what is public, and see 404 where nothing is', async () => {
    expect((await ask(null, { method: 'GET', routeId: '/(auth)/sign-in', path: '/sign-in' })).status).toBe(200)
    expect((await ask(null, { method: 'GET', routeId: null, path: '/nowhere' })).status).toBe(200)
  })

  it('are told by the API in its own form that nothing is at an address', async () => {
    const response = await ask(null, { routeId: null, path: '/api/v1/nowhere', headers: { ...json, origin: HERE }, body: '{}' })
    expect([response.status, response.headers.get('content-type'), (await response.json()).reason]).toEqual([404, 'application/problem+json', 'not-found'])
  })
})
