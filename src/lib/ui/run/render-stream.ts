/**
 * Render stream: terminal text as safe HTML. ansi_up escapes the text and turns colour codes into classes; links and
 * everything else that a terminal can say are dropped. Long text is cut to its head and tail, where the news is.
 */
import { AnsiUp } from 'ansi_up'
import { calmColors } from './calm-colors.ts'

export function ansiToHtml(text: string): string {
  const ansi = new AnsiUp()
  ansi.use_classes = true
  ansi.url_allowlist = {}
  return ansi.ansi_to_html(calmColors(text.replaceAll('\r', '')))
}

export const HEAD_LINES = 20
export const TAIL_LINES = 30
/** One line may be all there is. */
export const HEAD_CHARS = 4000
export const TAIL_CHARS = 6000
/** A few lines over are shown: a button that hides three lines is an insult. */
const SLACK_LINES = 30
const SLACK_CHARS = 20_000

/** What of a text is looked at: all of it, or only the side that is away from text left out beside it. */
export type TextSide = 'whole' | 'head' | 'tail'

export interface CutText {
  head: string
  hiddenLines: number
  hiddenChars: number
  tail: string
}

export function cutText(text: string, side: TextSide = 'whole'): CutText {
  const lines = text.split('\n')
  const headLines = side === 'tail' ? 0 : HEAD_LINES
  const tailLines = side === 'head' ? 0 : TAIL_LINES
  const slack = side === 'whole' ? SLACK_LINES : 0
  const isLong = lines.length > headLines + tailLines + slack
  if (!isLong && text.length <= SLACK_CHARS) return { head: text, hiddenLines: 0, hiddenChars: 0, tail: '' }
  const head = side === 'tail' ? '' : lines.slice(0, headLines).join('\n').slice(0, HEAD_CHARS)
  const rest = text.slice(head.length)
  const tail = side === 'head' ? '' : endOf(rest, tailLines)
  const hidden = rest.slice(0, rest.length - tail.length)
  return { head, hiddenLines: isLong ? hidden.split('\n').length - (side === 'whole' ? 2 : 1) : 0, hiddenChars: hidden.length, tail }
}

/** The last lines. */
function endOf(text: string, count: number): string {
  let at = text.length
  for (let line = 0; line < count && at > 0; line++) at = text.lastIndexOf('\n', at - 1)
  return text.slice(at + 1).slice(-TAIL_CHARS)
}
