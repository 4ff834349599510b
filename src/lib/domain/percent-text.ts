/**
 * Cells as one text to read or keep: Python with `# %%` between cells, as VS Code, Spyder and Jupytext read it. What is
 * not Python stands in comments.
 */
import { isRunnable, type Cell } from './cell.ts'
import { ROW_LIMIT } from './row-limit.ts'

export const percentText = (cells: readonly Pick<Cell, 'kind' | 'source' | 'rowLimit'>[]): string => cells.map(cellText).join('\n')

function cellText({ kind, source, rowLimit }: Pick<Cell, 'kind' | 'source' | 'rowLimit'>): string {
  const rows = rowLimit === undefined || rowLimit === ROW_LIMIT || !isRunnable(kind) ? '' : ` rows="${rowLimit ?? 'all'}"`
  if (kind === 'python') return `# %%${rows}\n${source.replace(/\n*$/, '\n')}`
  const lines = source.replace(/\n*$/, '').split(/\r\n|[\n\r]/)
  return `# %% [${kind}]${rows}\n${lines.map((line) => `# ${line}`.trimEnd()).join('\n')}\n`
}
