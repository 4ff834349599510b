/**
 * Whatever goes wrong below /api/v1, the answer is a Problem (RFC 9457): also where SvelteKit, the handler below it or a
 * bug would speak in its own words. Asked of the real web process; its Postgres is killed and its cable is pulled.
 */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOwnPostgres, type OwnPostgres } from '../../support/own-postgres.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { startWebProcess, type WebProcess } from '../../support/web-process.ts'

const FEW_SECONDS_MS = 10_000

let postgres: OwnPostgres
let proxy: TcpProxy
let web: WebProcess
let ada: Awaited<ReturnType<WebProcess['addPerson']>>
beforeAll(async () => {
  postgres = await startOwnPostgres()
  const { hostname, port } = new URL(postgres.url)
  proxy = await startProxy({ host: hostname, port: Number(port) })
  const through = new URL(postgres.url)
  through.port = String(proxy.port)
  web = await startWebProcess(postgres, through.href)
  ada = await web.addPerson('Ada')
})
afterAll(async () => {
  await web.stop()
  await proxy.close()
  await postgres.drop()
})

interface Said { status: number; headers: Record<string, string | undefined>; text: string }

/** Plain HTTP, since fetch refuses some of what is sent here. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    const sent = request(web.url + path, { method, headers: { authorization: `Bearer ${ada.token}`, ...headers } }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers as unknown as Said['headers'], text })
        sent.destroy()
      })
    })
    sent.on('error', reject)
    // What is announced and never sent keeps the request open.
    if (headers['content-length'] !== undefined) return void sent.write(body)
    sent.end(body)
  })
}

function expectProblem(said: Said, status: number, reason: string): void {
  expect([said.status, said.headers['content-type']], said.text).toEqual([status, 'application/problem+json'])
  const problem = JSON.parse(said.text) as Record<string, unknown>
  expect(Object.keys(problem).sort()).toEqual(['detail', 'id', 'reason', 'status', 'title', 'type'])
  expect(problem).toMatchObject({ type: 'about:blank', status, reason, id: said.headers['x-request-id'] })
  expect(problem.id).toMatch(/^[0-9a-f-]{36}$/)
  expect(problem.title).toMatch(/^[A-Z]/)
  expect(problem.detail).toMatch(/\S/)
  expect(said.headers['x-content-type-options']).toBe('nosniff')
}

const JSON_TYPE = { 'content-type': 'application/json' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('a problem is', () => {
  it.each<[what: string, status: number, reason: string, ask: () => Promise<Said>]>([
    ['an address that is none', 404, 'not-found', () => ask('GET', '/api/v1/nowhere')],
    ['an address that cannot be read', 404, 'not-found', () => ask('GET', '/api/v1/%E0%A4%A')],
    ['an id that is none', 404, 'not-found', () => ask('GET', '/api/v1/notebooks/x')],
    ['a query without what it needs', 400, 'bad-request', () => ask('GET', '/api/v1/workspaces/00000000-0000-4000-8000-000000000000/data/files/download')],
    ['JSON that is none', 400, 'not-json', () => ask('POST', '/api/v1/workspaces', JSON_TYPE, '{"name":')],
    ['a body of another type', 400, 'not-json', () => ask('POST', '/api/v1/workspaces', FORM, 'name=x')],
    ['a body that is missing', 400, 'not-json', () => ask('POST', '/api/v1/workspaces', JSON_TYPE)],
    ['a token that is none', 401, 'sign-in-needed', () => ask('GET', '/api/v1/workspaces', { authorization: 'Bearer dh_none' })],
    ['a form of another site with the cookie', 403, 'origin-refused', () => formOfAnotherSite()],
    ['a method that the address has not', 405, 'method-not-allowed', () => ask('DELETE', '/api/v1/workspaces')],
    ['a method that nobody can ask', 405, 'method-not-allowed', () => ask('TRACE', '/api/v1/workspaces')],
    ['a body that is too large', 413, 'too-large', () => ask('POST', '/api/v1/workspaces', { ...JSON_TYPE, 'content-length': String(65 * 2 ** 20) }, '{')],
    ['a body that is larger than any question', 413, 'too-large', () => ask('POST', '/api/v1/workspaces', JSON_TYPE, JSON.stringify({ name: 'x'.repeat(5 * 2 ** 20) }))],
    ['a body of a stranger, whose token nobody has looked at yet', 413, 'too-large', () => ask('POST', `/embed/${'A'.repeat(43)}/tiles/00000000-0000-4000-8000-000000000000/page`, JSON_TYPE, `[${'{},'.repeat(100_000)}{}]`)],
    ['a form of megabytes', 413, 'too-large', () => ask('POST', '/sign-in', FORM, 'a&'.repeat(200_000))],
    ['another host', 421, 'host-unknown', () => ask('GET', '/api/v1/workspaces', { host: 'rebound.example' })],
    ['a host that is none', 400, 'bad-request', () => ask('GET', '/api/v1/workspaces', { host: 'a b' })],
  ])('%s', async (_what, status, reason, asked) => expectProblem(await asked(), status, reason))

  async function formOfAnotherSite(): Promise<Said> {
    const response = await fetch(`${web.url}/api/v1/workspaces`, { method: 'POST', headers: { ...FORM, cookie: ada.cookie, origin: 'https://evil.example' }, body: 'name=x' })
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
  }

  it('an error that nobody foresaw, and nothing of its text is told', async () => {
    await postgres.sql`alter table mentions rename to mentions_away`
    try {
      const said = await ask('GET', '/api/v1/inbox')
      expectProblem(said, 500, 'unexpected')
      expect(said.text).not.toMatch(/mentions|relation|select/i)
      const { id } = JSON.parse(said.text) as { id: string }
      await expect.poll(() => web.log().split('\n').find((one) => one.includes('request failed') && one.includes(id)) ?? '').toContain('mentions')
    } finally {
      await postgres.sql`alter table mentions_away rename to mentions`
    }
  })
})

describe('methods', () => {
  it('are told with every 405, and asked for with OPTIONS', async () => {
    const wrong = await ask('DELETE', '/api/v1/workspaces')
    expect(wrong.headers.allow?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST'])
    const asked = await ask('OPTIONS', '/api/v1/workspaces')
    expect([asked.status, asked.text, asked.headers.allow]).toEqual([204, '', wrong.headers.allow])
  })

  it('HEAD says what GET would, without its body', async () => {
    const [head, get] = [await ask('HEAD', '/api/v1/workspaces'), await ask('GET', '/api/v1/workspaces')]
    expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', get.headers['content-type']])
    expect((await ask('HEAD', '/api/v1/nowhere')).status).toBe(404)
  })
})

describe('while the database is away', () => {
  const api = () => ask('GET', '/api/v1/workspaces')
  const page = async (accept: string) => {
    const response = await fetch(`${web.url}/${ada.slug}`, { headers: { cookie: ada.cookie, accept } })
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
  }

  async function isToldOf(): Promise<void> {
    const began = performance.now()
    const [said, bySession, html, json] = await Promise.all([api(), fetch(`${web.url}/api/v1/workspaces`, { headers: { cookie: ada.cookie } }), page('text/html'), page('application/json')])
    expect(performance.now() - began).toBeLessThan(FEW_SECONDS_MS)
    expectProblem(said, 503, 'database-unavailable')
    expect([said.headers['retry-after'], bySession.status]).toEqual(['30', 503])
    expect([html.status, html.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8'])
    expect(html.text).toContain('<h1>The database cannot be reached. Try again in a moment; if it stays, tell the operator.</h1>')
    expect(html.text).toContain(html.headers['x-request-id'])
    expect([json.status, JSON.parse(json.text)]).toMatchObject([503, { message: expect.stringContaining('database cannot be reached') }])
  }

  async function isBack(): Promise<void> {
    await expect.poll(async () => (await api()).status, { timeout: 20_000 }).toBe(200)
    expect((await page('text/html')).status).toBe(200)
  }

  it('killed, that is told at once, and nothing has to be started again', async () => {
    expect((await api()).status).toBe(200)
    postgres.kill()
    await isToldOf()
    await postgres.start()
    await isBack()
  })

  it('not answering any more, that is told within seconds', async () => {
    proxy.hang()
    await isToldOf()
    proxy.cut()
    await isToldOf()
    proxy.mend()
    await isBack()
  })
})
