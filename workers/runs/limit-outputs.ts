/**
 * How much one cell may show (B8). What is more is dropped with a notice that says where it was cut; the cell itself
 * runs on. Counted per cell of one run; a `clear` frees what it drops.
 */
import type { Output } from '#lib/domain/feed.ts'

export const TEXT_LIMIT = 2_000_000
export const DISPLAY_LIMIT = 10_000_000
export const DISPLAYS_LIMIT = 64_000_000

const TEXT_CUT = 'Output was cut at 2 MB. Write large output to a file or show a table instead.'
const DISPLAY_CUT = 'A picture or page of more than 10 MB is not shown.'
const DISPLAYS_CUT = 'More than 64 MB of pictures and pages: the rest is not shown.'

export type Limiter = (output: Output) => Output[]

export function createLimiter(): Limiter {
  let text = 0
  let displays = 0
  const told = new Set<string>()
  const notice = (sentence: string): Output[] => {
    if (told.has(sentence)) return []
    told.add(sentence)
    return [{ kind: 'notice', text: sentence }]
  }
  return (output) => {
    if (output.kind === 'clear') {
      text = displays = 0
      told.clear()
    }
    if (output.kind === 'stream') {
      const room = TEXT_LIMIT - text
      text += output.text.length
      if (output.text.length <= room) return [output]
      return [...(room > 0 ? [{ ...output, text: output.text.slice(0, room) }] : []), ...notice(TEXT_CUT)]
    }
    if (output.kind === 'display') {
      const size = Object.values(output.data).reduce((sum, value) => sum + value.length, 0)
      if (size > DISPLAY_LIMIT) return notice(DISPLAY_CUT)
      displays += size
      if (displays > DISPLAYS_LIMIT) return notice(DISPLAYS_CUT)
    }
    return [output]
  }
}
