/** The outline of a notebook: the headings of its text cells, in order, with the cell each stands in. */
import type { CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'

export interface Heading {
  cellId: CellId
  /** Unique among the headings of the notebook. */
  key: string
  level: number
  text: string
}

export function readHeadings(cells: readonly { id: CellId; kind: CellKind; source: string }[]): Heading[] {
  return cells.filter((cell) => cell.kind === 'markdown').flatMap(({ id, source }) => headingsOf(id, source))
}

/** The heading under which each cell stands; of cells above the first, none. */
export function sectionsOf(cells: readonly { id: CellId }[], headings: readonly Heading[]): ReadonlyMap<string | undefined, string> {
  const lastOf = new Map(headings.map(({ cellId, key }) => [cellId, key]))
  const sections = new Map<string | undefined, string>()
  let section: string | undefined
  for (const { id } of cells) {
    section = lastOf.get(id) ?? section
    if (section !== undefined) sections.set(id, section)
  }
  return sections
}

function headingsOf(cellId: CellId, source: string): Heading[] {
  const headings: Heading[] = []
  let fence: string | null = null
  for (const line of source.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark !== undefined && fence === null) fence = mark
    else if (mark !== undefined && fence !== null && mark[0] === fence[0] && mark.length >= fence.length) fence = null
    const found = fence === null && mark === undefined ? /^ {0,3}(#{1,6})\s+(\S.*)$/.exec(line) : null
    if (found?.[1] !== undefined && found[2] !== undefined) headings.push({ cellId, key: `${cellId}-${headings.length}`, level: found[1].length, text: plain(withoutMarks(found[2])) })
  }
  return headings
}

/** Marks at the end of a heading are none of its text. By hand: a pattern tries each run of spaces to its end again. */
function withoutMarks(text: string): string {
  const whole = text.trimEnd()
  let end = whole.length
  while (whole[end - 1] === '#') end -= 1
  return end === 0 || /\s/.test(whole[end - 1] ?? '') ? whole.slice(0, end).trimEnd() : whole
}

const plain = (text: string): string => text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<\/?[a-z][^>]*>/gi, '').replace(/[*_`~]/g, '').trim()
