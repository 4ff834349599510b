/**
 * The whole of a long text in the object store, as numbered parts of about a megabyte, written while it is printed. It
 * is kept as a terminal shows it, cut at lines, up to KEPT_BYTES_MAX. A store that does not answer costs the whole
 * text, never the run: `textId` becomes null and the page says so.
 */
import { randomUUID } from 'node:crypto'
import type { RunId, WorkspaceId } from '#lib/domain/ids.ts'
import { KEPT_BYTES_MAX, PART_CHARS, partName, rowsOf } from '#lib/domain/long-text.ts'
import { NO_TEXT, writeTerminal } from '#lib/domain/terminal-text.ts'
import type { Log } from '#server/log.ts'
import type { Objects } from '#server/objects/objects.ts'
import { textPrefix } from '#server/runs/text-prefix.ts'
import type { TextStore } from './cell-text.ts'

export interface KeptText extends TextStore {
  /** Resolves when all is written, or given up. */
  flush(): Promise<void>
  /** Resolves when little waits to be written; nothing where that is so. */
  room(): void | Promise<void>
}

const PUT_AT_ONCE = 2
const WITHIN_MS = 20_000
/** So much may wait for the store: then the cell waits, and after so long without room the text is given up. */
const WAITING_BYTES_MAX = 4_000_000
const ROOM_WITHIN_MS = 5000

export function keepText(deps: { objects: Objects; log: Log }, run: { id: RunId; workspaceId: WorkspaceId }): KeptText {
  const id = randomUUID()
  const prefix = textPrefix(run, id)
  const under = new Set<Promise<void>>()
  let pieces: string[] = []
  let chars = 0
  let part = 0
  let firstRow = 0
  let takenBytes = 0
  let keptBytes = 0
  let waitingBytes = 0
  let isBroken = false

  function write(text: string): void {
    if (isBroken || takenBytes >= KEPT_BYTES_MAX) return
    // A piece may be hundreds of megabytes: it is cut before it is joined to anything.
    for (let at = 0; at < text.length; at += PART_CHARS) {
      const piece = text.slice(at, at + PART_CHARS)
      pieces.push(piece)
      chars += piece.length
      if (chars >= PART_CHARS) cutPart()
    }
  }

  function cutPart(): void {
    const whole = pieces.join('')
    const end = whole.lastIndexOf('\n') + 1 || whole.length
    pieces = end === whole.length ? [] : [whole.slice(end)]
    chars = whole.length - end
    put(whole.slice(0, end))
  }

  function put(raw: string): void {
    const { text } = writeTerminal(NO_TEXT, raw)
    const body = Buffer.from(text)
    if (takenBytes >= KEPT_BYTES_MAX || body.length === 0) return
    takenBytes += body.length
    waitingBytes += body.length
    const rows = rowsOf(text).length
    const key = `${prefix}${partName({ part, firstRow, rows })}`
    part += 1
    firstRow += rows
    const before = under.size < PUT_AT_ONCE ? Promise.resolve() : Promise.race(under)
    const writing = before.then(() => deps.objects.put(key, body, 'text/plain; charset=utf-8')).then(
      () => void (keptBytes += body.length),
      (error: unknown) => {
        if (!isBroken) deps.log.warn({ err: error, runId: run.id }, 'a long text could not be kept')
        isBroken = true
      },
    ).finally(() => {
      waitingBytes -= body.length
      under.delete(writing)
    })
    under.add(writing)
  }

  async function waitForRoom(): Promise<void> {
    const late = setTimeout(() => (isBroken = true), ROOM_WITHIN_MS)
    while (waitingBytes > WAITING_BYTES_MAX && !isBroken) await Promise.race([...under, new Promise((resolve) => setTimeout(resolve, 200))])
    clearTimeout(late)
  }

  return {
    write,
    room: () => (waitingBytes > WAITING_BYTES_MAX && !isBroken ? waitForRoom() : undefined),
    get textId() {
      return isBroken ? null : id
    },
    get keptBytes() {
      return keptBytes
    },
    async flush() {
      if (pieces.length > 0 && !isBroken) put(pieces.join(''))
      pieces = []
      const late = setTimeout(() => (isBroken = true), WITHIN_MS)
      while (under.size > 0 && !isBroken) await Promise.race([...under, new Promise((resolve) => setTimeout(resolve, 200))])
      clearTimeout(late)
    },
  }
}
