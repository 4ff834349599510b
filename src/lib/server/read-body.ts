/**
 * Reads a body no further than its limit: what a stranger may send without a sign-in is small, and nobody makes the
 * process keep and parse megabytes that no question needs. What is beyond the limit is let go as it comes: who is cut off
 * while they send never sees why.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'

/** Of a public route, of any other, and of a form. */
export const BODY_BYTES = { public: 2 ** 16, member: 2 ** 22, form: 2 ** 18 }

export async function readText(request: Request, most: number): Promise<Outcome<string, 'too-large'>> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of request.body ?? []) {
    bytes += piece.byteLength
    if (bytes <= most) pieces.push(piece)
    else pieces.length = 0
  }
  if (bytes <= most) return accept(new TextDecoder().decode(Buffer.concat(pieces)))
  return refuse('too-large', `The request is larger than ${most >= 2 ** 20 ? `${most / 2 ** 20} MB` : `${most / 2 ** 10} kB`}, which is the most that is taken here.`)
}

/** What nobody read of a body is let go, as the next request on its connection begins behind it. */
export function letRunOut({ body, bodyUsed }: Pick<Request, 'body' | 'bodyUsed'>): void {
  if (body === null || bodyUsed) return
  body.pipeTo(new WritableStream()).catch(() => {})
}

/** A form of a page says its length, as every browser does. One without a body may say none. */
export function isFormTooLarge({ headers, body }: Pick<Request, 'headers' | 'body'>): boolean {
  const length = headers.get('content-length')
  return length === null ? body !== null : Number(length) > BODY_BYTES.form
}
