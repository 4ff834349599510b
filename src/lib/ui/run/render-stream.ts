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
/** A few lines over are shown: a button that hides three lines is an insult. */
const SLACK = 30

export interface CutText {
  head: string
  hiddenLines: number
  tail: string
}

export function cutText(text: string): CutText {
  const lines = text.split('\n')
  const hiddenLines = lines.length - HEAD_LINES - TAIL_LINES
  if (hiddenLines <= SLACK) return { head: text, hiddenLines: 0, tail: '' }
  return { head: lines.slice(0, HEAD_LINES).join('\n'), hiddenLines, tail: lines.slice(-TAIL_LINES).join('\n') }
}
