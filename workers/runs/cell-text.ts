/**
 * What a cell prints, and how much of it its page gets (B8). The first HEAD_CHARS go there as they come. Of what is
 * printed beyond, a look a second at the end of it does, and the whole end when the cell ends; the whole text goes to
 * the store. Counted as a terminal shows it: a progress bar that writes over itself is one line, however long it runs.
 * Pure; the clock is handed in.
 */
import type { OmittedText, Output } from '#lib/domain/feed.ts'
import { HEAD_CHARS, TAIL_CHARS } from '#lib/domain/long-text.ts'
import type { RunId } from '#lib/domain/ids.ts'
import { NO_TEXT, writeTerminal } from '#lib/domain/terminal-text.ts'

type Stream = Extract<Output, { kind: 'stream' }>

/** Where the whole text goes. */
export interface TextStore {
  write(text: string): void
  readonly textId: string | null
  readonly keptBytes: number
}

export interface CellText {
  /** What of it is shown now; [] while it waits for the next look. */
  print(piece: Stream, now: number): Output[]
  /** What waits, once its time has come. */
  look(now: number): Output[]
  /** What waits, before something else is shown below it. */
  settle(now: number): Output[]
  /** All of the end, after the last of it was printed. */
  finish(now: number): Output[]
  readonly isWaiting: boolean
}

export const LOOK_EVERY_MS = 500
/** Of what came since the last look; who waits for the cell's end gets all of the tail then. */
const LOOK_CHARS = 16 * 1024

export function createCellText(runId: RunId, openStore: () => TextStore): CellText {
  let store: TextStore | null = null
  let head: string[] = []
  let screen = { lines: 0, width: 0, column: 0 }
  let chars = 0
  let waiting = 0
  let recent: Stream[] = []
  let recentChars = 0
  let hasJumped = false
  let lookedAt = -Infinity

  const omitted = (isJump: boolean): OmittedText => ({ kind: 'omitted', runId, textId: store!.textId, chars, keptBytes: store!.keptBytes, isJump })

  function print(given: Stream, now: number): Output[] {
    chars += given.text.length
    if (store !== null) return printLong(given, now)
    const piece = { ...given, text: withoutRedraws(given.text) }
    const before = screen
    screen = written(screen, piece.text)
    head.push(piece.text)
    if (screen.lines + screen.width <= HEAD_CHARS) return [piece]
    return begin(piece, HEAD_CHARS - before.lines - before.width, now)
  }

  /** The head is full: from here on the page gets only looks. */
  function begin(piece: Stream, room: number, now: number): Output[] {
    store = openStore()
    for (const text of head) store.write(text)
    head = []
    const fits = piece.text.slice(0, Math.max(0, room))
    remember({ ...piece, text: piece.text.slice(fits.length) })
    lookedAt = now
    return [...(fits === '' ? [] : [{ ...piece, text: fits }]), omitted(false)]
  }

  function printLong(piece: Stream, now: number): Output[] {
    store!.write(piece.text)
    remember(piece)
    return look(now)
  }

  function remember(piece: Stream): void {
    waiting += piece.text.length
    const last = recent.at(-1)
    if (last?.name === piece.name && last.text.length < LOOK_CHARS) recent[recent.length - 1] = { ...last, text: last.text + piece.text }
    else recent.push(piece)
    recentChars += piece.text.length
    while (recentChars - (recent[0]?.text.length ?? 0) >= TAIL_CHARS) recentChars -= recent.shift()!.text.length
  }

  const look = (now: number): Output[] => (now - lookedAt < LOOK_EVERY_MS ? [] : show(now, LOOK_CHARS))

  function show(now: number, most: number): Output[] {
    if (store === null || waiting === 0) return []
    const isJump = waiting > most
    hasJumped ||= isJump
    lookedAt = now
    const pieces = lastOf(recent, Math.min(waiting, most))
    waiting = 0
    return [omitted(isJump), ...pieces]
  }

  return {
    print,
    look,
    settle(now) {
      const shown = show(now, LOOK_CHARS)
      // What comes later stands below what is shown next, and must not bring text from above it.
      recent = []
      recentChars = 0
      hasJumped = false
      return shown
    },
    finish(now) {
      if (store === null) return []
      if (!hasJumped && waiting <= LOOK_CHARS) return waiting > 0 ? show(now, LOOK_CHARS) : [omitted(false)]
      waiting = 0
      return [omitted(true), ...lastOf(recent, TAIL_CHARS)]
    },
    get isWaiting() {
      return waiting > 0
    },
  }
}

const REDRAWS_FROM = 4096

/** A loop that draws a bar at full speed hands over thousands of pictures at once: only the last is ever seen. */
function withoutRedraws(text: string): string {
  const at = text.indexOf('\r')
  if (text.length < REDRAWS_FROM || at < 0) return text
  const { text: drawn, back } = writeTerminal(NO_TEXT, text.slice(at))
  const line = drawn.slice(drawn.lastIndexOf('\n') + 1)
  return `${text.slice(0, at)}\r${drawn}${back === 0 ? '' : `\r${line.slice(0, Math.max(0, line.length - back))}`}`
}

function lastOf(pieces: readonly Stream[], most: number): Stream[] {
  const last: Stream[] = []
  let room = most
  for (let at = pieces.length - 1; at >= 0 && room > 0; at--) {
    const piece = pieces[at]!
    last.unshift(piece.text.length > room ? { ...piece, text: piece.text.slice(-room) } : piece)
    room -= piece.text.length
  }
  return last
}

/** How much a terminal shows after one more piece: finished lines, and the widest that the open one was. */
function written({ lines, width, column }: { lines: number; width: number; column: number }, text: string) {
  if (!text.includes('\r')) {
    const end = text.lastIndexOf('\n')
    if (end < 0) return { lines, width: Math.max(width, column + text.length), column: column + text.length }
    const rest = text.length - end - 1
    return { lines: lines + Math.max(width, column) + end + 1, width: rest, column: rest }
  }
  for (const [at, line] of text.split('\n').entries()) {
    if (at > 0) [lines, width, column] = [lines + width + 1, 0, 0]
    for (const [place, part] of line.split('\r').entries()) {
      column = (place > 0 ? 0 : column) + part.length
      width = Math.max(width, column)
    }
  }
  return { lines, width, column }
}
