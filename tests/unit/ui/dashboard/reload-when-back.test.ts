/** A page that says that it comes back by itself is there to do so: it is loaded anew only when there is something to load. */
import { afterEach, expect, it, vi } from 'vitest'
import { reloadWhenBack } from '#lib/ui/dashboard/reload-when-back.ts'

afterEach(() => vi.unstubAllGlobals())

async function reloadsAt(answer: () => Promise<Response>): Promise<number> {
  const location = { href: 'http://here/embed/token', reload: vi.fn() }
  vi.stubGlobal('location', location)
  vi.stubGlobal('fetch', vi.fn(answer))
  await reloadWhenBack()
  expect(fetch).toHaveBeenCalledWith(location.href, { cache: 'no-store' })
  return location.reload.mock.calls.length
}
const status = (code: number) => async () => new Response(null, { status: code })

it('stays while the server, or what stands before it, cannot show the page', async () => {
  expect(await reloadsAt(() => Promise.reject(new TypeError('Failed to fetch')))).toBe(0)
  expect(await reloadsAt(status(502))).toBe(0)
  expect(await reloadsAt(status(503))).toBe(0)
})

it('is loaded anew when it is there, and when it has ended meanwhile', async () => {
  expect(await reloadsAt(status(200))).toBe(1)
  expect(await reloadsAt(status(410))).toBe(1)
})
