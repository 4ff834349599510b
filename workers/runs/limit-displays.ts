/**
 * How much one cell may show of pictures and pages (B8). What is more is dropped with a notice that says so; the cell
 * itself runs on. What is on screen counts, not what was: an update takes the place of what it updates, and a `clear`
 * frees all, so a plot may be drawn anew for hours. Every page gets all of it at once, and the web process with it.
 */
import type { Output } from '#lib/domain/feed.ts'

export const DISPLAY_LIMIT = 10_000_000
export const DISPLAYS_LIMIT = 24_000_000

const DISPLAY_CUT = 'A picture or page of more than 10 MB is not shown. Save it to a file instead.'
const DISPLAYS_CUT = 'More than 24 MB of pictures and pages: the rest is not shown.'

export const sizeOf = ({ data }: Extract<Output, { kind: 'display' }>): number => Object.values(data).reduce((sum, value) => sum + value.length, 0)

export function createDisplayLimit(): (output: Output) => Output[] {
  let total = 0
  let byId = new Map<string, number>()
  const told = new Set<string>()
  const notice = (sentence: string): Output[] => {
    if (told.has(sentence)) return []
    told.add(sentence)
    return [{ kind: 'notice', text: sentence }]
  }
  return (output) => {
    if (output.kind === 'clear') {
      total = 0
      byId = new Map()
      told.clear()
    }
    if (output.kind !== 'display') return [output]
    const size = sizeOf(output)
    if (size > DISPLAY_LIMIT) return notice(DISPLAY_CUT)
    const before = output.isUpdate ? (byId.get(output.displayId ?? '') ?? size) : 0
    if (total - before + size > DISPLAYS_LIMIT) return notice(DISPLAYS_CUT)
    total += size - before
    if (output.displayId !== null) byId.set(output.displayId, size)
    return [output]
  }
}
