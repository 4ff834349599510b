/**
 * Mailbox: lines to other web processes by NOTIFY, gathered to the end of the turn and for as long as the one before is on
 * its way. Each NOTIFY is a transaction and wakes every listening connection of the database, so under load many lines
 * share one; an idle process sends at once. Lines keep their order on each channel.
 */
import type { Turn } from './turn.ts'

export interface Letter {
  channel: string
  /** Lines, one below the other. */
  payload: string
}

export interface Mailbox {
  /** A line has no line break, and at most `LINE_BYTES`. */
  post(channel: string, line: string): void
  /** Lines that did not go yet. */
  readonly waiting: number
  /** Resolves when all that was posted has gone. */
  settled(): Promise<void>
}

/** A payload has at most 8 000 bytes. */
export const LINE_BYTES = 7_900

/** `send` never rejects. */
export function createMailbox(turn: Turn, send: (letters: Letter[]) => Promise<void>): Mailbox {
  let lines: { channel: string; line: string }[] = []
  let isDue = false
  let isSending = false
  const whenEmpty: (() => void)[] = []

  const flush = (): void => {
    isDue = false
    if (isSending) return
    if (lines.length === 0) return whenEmpty.splice(0).forEach((resolve) => resolve())
    const letters = lettersOf(lines)
    lines = []
    isSending = true
    void send(letters).finally(() => {
      isSending = false
      flush()
    })
  }
  return {
    get waiting() {
      return lines.length
    },
    settled: () => (isSending || lines.length > 0 ? new Promise((resolve) => void whenEmpty.push(resolve)) : Promise.resolve()),
    post: (channel, line) => {
      lines.push({ channel, line })
      if (isDue || isSending) return
      isDue = true
      turn.later('notify', flush)
    },
  }
}

function lettersOf(lines: { channel: string; line: string }[]): Letter[] {
  const letters: Letter[] = []
  const open = new Map<string, Letter>()
  for (const { channel, line } of lines) {
    const letter = open.get(channel)
    // Ids, numbers and base64: a character is a byte.
    if (letter !== undefined && letter.payload.length + 1 + line.length <= LINE_BYTES) letter.payload += `\n${line}`
    else {
      const next = { channel, payload: line }
      open.set(channel, next)
      letters.push(next)
    }
  }
  return letters
}
