/**
 * The files that a person brings in, of one workspace: those that this tab sends now, and those that wait since an earlier
 * visit. One list per tab, so that sending goes on while other pages are looked at.
 */
import { browser } from '$app/environment'
import { rateOf, seeMore, type Seen } from '#lib/domain/rate.ts'
import { bytesThere, checkUpload, isSameFile, type Upload } from '#lib/domain/upload.ts'
import { callApi } from '#lib/live/api.ts'
import { markFile, sendFile } from '#lib/live/send-file.ts'

/** `asked`: it waits for its file to be chosen again. */
export type SendState = 'queued' | 'sending' | 'offline' | 'asked' | 'whole' | 'failed'

export class SentFile {
  readonly key: string
  readonly name: string
  readonly bytes: number
  upload = $state.raw<Upload | null>(null)
  state = $state<SendState>('queued')
  sent = $state(0)
  message = $state<string | null>(null)
  seen = $state.raw<readonly Seen[]>([])
  readonly rate = $derived(rateOf(this.seen))
  stop: AbortController | null = null

  constructor(key: string, name: string, bytes: number) {
    this.key = key
    this.name = name
    this.bytes = bytes
  }

  tell(sent: number): void {
    this.sent = sent
    this.seen = seeMore(this.seen, { atMs: performance.now(), done: sent })
  }
}

export class Uploads {
  readonly slug: string
  list = $state<SentFile[]>([])
  problem = $state<string | null>(null)
  readonly isSending = $derived(this.list.some(({ state }) => state === 'sending' || state === 'queued' || state === 'offline'))
  #turn: Promise<void> = Promise.resolve()
  #count = 0

  constructor(slug: string) {
    this.slug = slug
  }

  /** What waits since an earlier visit; what this tab sends is left as it is. */
  async load(): Promise<void> {
    const read = await callApi<Upload[]>('GET', `/workspaces/${this.slug}/uploads`)
    this.problem = read.ok ? null : read.message
    if (!read.ok) return
    const found = new Set(read.value.map(({ id }) => id))
    this.list = this.list.filter(({ upload, state }) => upload === null || found.has(upload.id) || (state !== 'whole' && state !== 'asked'))
    for (const upload of read.value.toReversed()) if (!this.list.some((one) => one.upload?.id === upload.id)) this.list.unshift(this.#waiting(upload))
  }

  #waiting(upload: Upload): SentFile {
    const item = this.#item(upload.name, upload.bytes)
    item.upload = upload
    item.state = upload.state === 'whole' ? 'whole' : 'asked'
    item.sent = bytesThere(upload)
    return item
  }

  #item(name: string, bytes: number): SentFile {
    return new SentFile(`${(this.#count += 1)}`, name, bytes)
  }

  /** One after the other, each with all of the line. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const item = this.#item(file.name, file.size)
      this.list.unshift(item)
      // As the list holds it, so that what changes in it is seen.
      this.#send(this.list[0]!, file)
    }
  }

  /** With the file that was begun before; another one is told apart. */
  async goOn(item: SentFile, file: File): Promise<void> {
    const mark = await markFile(file)
    if (item.upload !== null && !isSameFile(item.upload, mark)) {
      item.message = `“${file.name}” is another file, or it was changed since. Choose the same one, or discard this upload.`
      return
    }
    this.#send(item, file)
  }

  #send(item: SentFile, file: File): void {
    const checked = checkUpload({ name: file.name, bytes: file.size })
    if (!checked.ok) return this.#fail(item, checked.message)
    item.state = 'queued'
    item.message = null
    item.stop = new AbortController()
    const { signal } = item.stop
    this.#turn = this.#turn.then(() => (signal.aborted ? undefined : this.#sendNow(item, file, signal))).catch(() => this.#fail(item, 'The file could not be read. Choose it again.'))
  }

  async #sendNow(item: SentFile, file: File, signal: AbortSignal): Promise<void> {
    item.seen = []
    item.state = 'sending'
    const begun = await callApi<Upload>('POST', `/workspaces/${this.slug}/uploads`, await markFile(file))
    if (signal.aborted) return void (begun.ok && (await callApi('DELETE', `/uploads/${begun.value.id}`)))
    if (!begun.ok) return this.#fail(item, begun.message)
    // One that waited for the same file is this one now.
    this.list = this.list.filter((one) => one === item || one.upload?.id !== begun.value.id)
    item.upload = begun.value
    const done = await sendFile(begun.value, file, { signal, sent: (bytes) => item.tell(bytes), waiting: (isWaiting) => void (item.state = isWaiting ? 'offline' : 'sending') })
    if (signal.aborted) return
    if (!done.ok) return this.#fail(item, done.message)
    item.upload = done.value
    item.state = 'whole'
  }

  #fail(item: SentFile, message: string): void {
    item.state = item.upload === null ? 'failed' : 'asked'
    item.message = message
  }

  /** Stops it and removes what has come of it. */
  async discard(item: SentFile): Promise<void> {
    item.stop?.abort()
    if (item.upload !== null) {
      const done = await callApi('DELETE', `/uploads/${item.upload.id}`)
      if (!done.ok && done.reason !== 'not-found') {
        item.state = item.upload.state === 'whole' ? 'whole' : 'asked'
        item.message = done.message
        return
      }
    }
    this.list = this.list.filter((one) => one !== item)
  }
}

const known = new Map<string, Uploads>()

/** On the server each page has its own, which is empty. */
export function uploadsOf(slug: string): Uploads {
  if (!browser) return new Uploads(slug)
  const uploads = known.get(slug) ?? new Uploads(slug)
  if (known.size === 0) window.addEventListener('beforeunload', warn)
  known.set(slug, uploads)
  return uploads
}

/** Whatever page is looked at. */
function warn(event: BeforeUnloadEvent): void {
  if ([...known.values()].some(({ isSending }) => isSending)) event.preventDefault()
}
