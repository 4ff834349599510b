/**
 * Cells as one text to read or keep: Python with `# %%` between cells, as VS Code, Spyder and Jupytext read it. What is
 * not Python stands in comments, a line that would be a mark one step to the right.
 */
import { isRunnable, type Cell } from './cell.ts'
import { ROW_LIMIT } from './row-limit.ts'
import { withoutLineEnds } from './without-end.ts'

type WrittenCell = Pick<Cell, 'kind' | 'source' | 'value' | 'rowLimit'>

export const percentText = (cells: readonly WrittenCell[]): string => cells.map(cellText).join('\n')

function cellText({ kind, source, value, rowLimit }: WrittenCell): string {
  const rows = rowLimit === undefined || rowLimit === ROW_LIMIT || !isRunnable(kind) ? '' : ` rows="${rowLimit ?? 'all'}"`
  if (kind === 'python') return `# %%${rows}\n${withoutLineEnds(source)}\n`
  // JSON keeps a value of several lines on this one, within the comment.
  const set = kind !== 'input' || value === undefined ? '' : ` value=${oneLine(JSON.stringify(value))}`
  const lines = withoutLineEnds(source).split(/\r\n|[\n\r]/)
  return `# %% [${kind}]${rows}${set}\n${lines.map((line) => `# ${line.startsWith('%%') ? ' ' : ''}${line}`.trimEnd()).join('\n')}\n`
}

/** To a pattern these end a line too. */
const oneLine = (json: string): string => json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
