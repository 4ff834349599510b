/**
 * Cell settings: the text of a cell that is no code, a chart or an input. It is JSON with one setting on each line and a
 * last line that never changes. So two people who change it at the same moment, line by line (`writeLines`), leave JSON
 * that can be read: each setting as its person chose it, and of one that both chose, one of the two. Pure.
 */
const LAST_LINE = ' "settings": "end"'

export const writeSettings = (settings: object): string =>
  ['{', ...Object.entries(settings).filter(([, value]) => value !== undefined).map(([name, value]) => ` ${JSON.stringify(name)}: ${JSON.stringify(value)},`), LAST_LINE, '}'].join('\n')

/** Where two people replaced another form of it as a whole at once, both stand in the text: the last counts. Null when there is none. */
export function readSettings(text: string): Record<string, unknown> | null {
  for (const one of [text, ...text.split(/(?<=\n\})(?=\{\n)/).reverse()]) {
    const found = parse(one)
    if (found !== null) return found
  }
  return null
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : null
  } catch {
    return null
  }
}
