/** What stands in a page's place while the database is away, and how it goes on from there. */
import type { RequestEvent } from '@sveltejs/kit'
import { describe, expect, it } from 'vitest'
import { refuse } from '#lib/domain/outcome.ts'
import { awayPage } from '#lib/server/failure.ts'
import { addSecurityHeaders } from '#lib/server/security-headers.ts'

const AWAY = refuse('database-unavailable', 'The database cannot be reached.')

async function ask(path: string, { method = 'GET', accept = 'text/html', isDataRequest = false, frameAncestors = null as string[] | null } = {}) {
  const url = new URL(path, 'http://127.0.0.1:3000')
  const event = { url, isDataRequest, request: new Request(url, { method, headers: { accept } }), locals: { requestId: 'the-id', frameAncestors } } as unknown as RequestEvent
  const response = awayPage(event, AWAY)
  addSecurityHeaders(response.headers, { frameAncestors: event.locals.frameAncestors, isHttps: false })
  return { status: response.status, header: (name: string) => response.headers.get(name), text: await response.text() }
}

describe('the page of a database that is away', () => {
  it('says so with the number of the request, and asks again by itself', async () => {
    const { status, header, text } = await ask('/harbour')
    expect([status, header('refresh'), text.includes('The database cannot be reached.'), text.includes('the-id')]).toEqual([503, '30', true, true])
  })

  it('does not send a form again', async () => {
    expect((await ask('/sign-in?/password', { method: 'POST' })).header('refresh')).toBeNull()
  })

  it('can be framed where an embed was asked for, by its sites where they are known, and nowhere else', async () => {
    const framing = async (...asked: Parameters<typeof ask>) => {
      const { header } = await ask(...asked)
      return [/frame-ancestors ([^;]+)/.exec(header('content-security-policy') ?? '')?.[1], header('x-frame-options')]
    }
    expect(await framing('/embed/token')).toEqual(['*', null])
    expect(await framing('/embed/token', { frameAncestors: ["'self'", 'https://site.example'] })).toEqual(["'self' https://site.example", null])
    expect(await framing('/harbour')).toEqual(["'none'", 'DENY'])
  })

  it('is an error in the shape of SvelteKit’s own for a page that asks for data or sends a form', async () => {
    const asks: Parameters<typeof ask>[1][] = [{ isDataRequest: true }, { accept: 'application/json', method: 'POST' }]
    for (const asked of asks) {
      const { status, text } = await ask('/harbour', asked)
      expect([status, JSON.parse(text)]).toEqual([503, { type: 'error', status: 503, error: { message: 'The database cannot be reached.', id: 'the-id' }, message: 'The database cannot be reached.', id: 'the-id' }])
    }
  })
})
