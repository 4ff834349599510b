/**
 * Sends a file to the server in parts. What is there already is not sent again; a part that breaks off is, for as long as
 * it takes: an hour without a network only stops it for an hour. Parts are read from the disk one by one, so a file of any
 * size needs no memory of the page.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { bytesThere, HEAD_BYTES, missingParts, partRange, type FileMark, type Upload } from '#lib/domain/upload.ts'
import { callApi } from './api.ts'

export interface Sending {
  /** Bytes that have arrived or are on their way. */
  sent: (bytes: number) => void
  /** The network is away; it goes on by itself. */
  waiting: (isWaiting: boolean) => void
  signal: AbortSignal
}

const AT_ONCE = 3
const AGAIN_AFTER_MS = [500, 1000, 2000, 5000]
const OFTEN = 8
/** What another attempt may mend. */
const PASSES = new Set([0, 408, 429, 500, 502, 503, 504])

/** Also over plain http, where a browser has no digests: then name, size and time must do. */
export async function markFile(file: File): Promise<FileMark> {
  const head = await file.slice(0, HEAD_BYTES).arrayBuffer()
  const digest = globalThis.crypto.subtle === undefined ? new Uint8Array(32) : new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', head))
  return { name: file.name, bytes: file.size, changedAt: Math.trunc(file.lastModified), head: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') }
}

export async function sendFile(upload: Upload, file: File, sending: Sending): Promise<Outcome<Upload>> {
  const left = missingParts(upload.bytes, upload.parts, upload.partBytes)
  let there = bytesThere(upload)
  const under = new Map<number, number>()
  const tell = (): void => sending.sent(there + [...under.values()].reduce((sum, bytes) => sum + bytes, 0))
  let problem: Outcome<null> | null = null
  tell()

  async function sendSome(): Promise<void> {
    for (let part = left.shift(); part !== undefined && problem === null && !sending.signal.aborted; part = left.shift()) {
      const range = partRange(upload.bytes, part, upload.partBytes)!
      const done = await sendPart(upload.id, part, file.slice(range.from, range.to), sending, (bytes) => (under.set(part!, bytes), tell()))
      under.delete(part)
      if (!done.ok) problem ??= done
      else there += range.to - range.from
      tell()
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, sendSome))
  if (sending.signal.aborted) return refuse('cancelled', 'The upload was stopped.')
  if (problem !== null && !(problem as Outcome<null>).ok) return problem as Outcome<never>
  return callApi<Upload>('POST', `/uploads/${upload.id}/finish`)
}

async function sendPart(id: string, part: number, body: Blob, { signal, waiting }: Sending, tell: (bytes: number) => void): Promise<Outcome<null>> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await put(`/api/v1/uploads/${id}/parts/${part}`, body, signal, tell)
    tell(0)
    if (signal.aborted) return refuse('cancelled', 'The upload was stopped.')
    if (answer.status === 204) {
      waiting(false)
      return accept(null)
    }
    if (!PASSES.has(answer.status) || (answer.status !== 0 && attempt >= OFTEN)) return refuse(answer.reason, answer.message)
    if (answer.status === 0 && !(await isReadable(body))) return refuse('file-changed', 'The file was changed or moved meanwhile. Choose it again.')
    waiting(true)
    await rest(AGAIN_AFTER_MS[Math.min(attempt, AGAIN_AFTER_MS.length - 1)]!, signal)
  }
}

interface Answer { status: number; reason: string; message: string }

/** By XMLHttpRequest, which alone tells how much of a body is on its way. */
function put(url: string, body: Blob, signal: AbortSignal, tell: (bytes: number) => void): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.upload.onprogress = ({ loaded }) => tell(Math.min(loaded, body.size))
    request.onloadend = () => {
      signal.removeEventListener('abort', abort)
      resolve({ status: request.status, ...wordsOf(request.responseText, request.status) })
    }
    request.open('PUT', url)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(body)
  })
}

function wordsOf(text: string, status: number): Omit<Answer, 'status'> {
  try {
    const { reason, detail } = JSON.parse(text) as { reason: string; detail: string }
    return { reason, message: detail }
  } catch {
    return { reason: 'failed', message: `The server answered ${status}. Try again; if it stays, tell the operator.` }
  }
}

/** A file that was changed since it was chosen fails like a network does. */
async function isReadable(body: Blob): Promise<boolean> {
  return body.slice(0, 1).arrayBuffer().then(() => true, () => false)
}

/** Until the time is over, or the network comes back. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      for (const [target, name] of [[window, 'online'], [signal, 'abort']] as const) target.removeEventListener(name, end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    window.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
}
