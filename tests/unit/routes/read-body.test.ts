import { describe, expect, it } from 'vitest'
import { BODY_BYTES, isFormTooLarge, readText } from '../../../src/lib/server/read-body.ts'

const AT = 'http://127.0.0.1:3000/x'
/** Of a client that does not say how much will come. */
function chunked(pieces: string[], onCancel = () => {}): Request {
  const left = pieces.map((piece) => new TextEncoder().encode(piece))
  const body = new ReadableStream({
    pull: (controller) => {
      const next = left.shift()
      if (next === undefined) controller.close()
      else controller.enqueue(next)
    },
    cancel: onCancel,
  })
  return new Request(AT, { method: 'POST', body, duplex: 'half' } as RequestInit)
}

describe('a body', () => {
  it('is read to its limit, also where a letter lies across two pieces', async () => {
    const [first, second] = [new Uint8Array([0x22, 0xc3]), new Uint8Array([0xa9, 0x22])]
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(first)
        controller.enqueue(second)
        controller.close()
      },
    })
    expect(await readText(new Request(AT, { method: 'POST', body, duplex: 'half' } as RequestInit), 4)).toEqual({ ok: true, value: '"é"' })
    expect(await readText(new Request(AT, { method: 'POST' }), 4)).toEqual({ ok: true, value: '' })
  })

  it('beyond it is refused with the limit, and its sender is not cut off before they hear of it', async () => {
    let isCut = false
    const said = await readText(chunked(['x'.repeat(40_000), 'x'.repeat(40_000), 'x'], () => (isCut = true)), BODY_BYTES.public)
    expect(said).toMatchObject({ ok: false, reason: 'too-large', message: expect.stringContaining('64 kB') })
    expect(await readText(chunked(['x'.repeat(BODY_BYTES.member), 'x']), BODY_BYTES.member)).toMatchObject({ message: expect.stringContaining('4 MB') })
    expect(isCut).toBe(false)
  })
})

describe('a form', () => {
  const form = (headers: Record<string, string>, hasBody = true) => isFormTooLarge({ headers: new Headers(headers), body: hasBody ? chunked(['a=b']).body : null })

  it('says its length, and is too large without; one that has no body needs none', () => {
    expect([form({ 'content-length': '3' }), form({ 'content-length': String(BODY_BYTES.form + 1) }), form({}), form({}, false)]).toEqual([false, true, true, false])
  })
})
