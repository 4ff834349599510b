/**
 * Cells as one text to read or keep: Python with `# %%` between cells, as VS Code, Spyder and Jupytext read it. What is
 * not Python stands in comments.
 */
import type { Cell } from './cell.ts'

export const percentText = (cells: readonly Pick<Cell, 'kind' | 'source'>[]): string => cells.map(cellText).join('\n')

function cellText({ kind, source }: Pick<Cell, 'kind' | 'source'>): string {
  if (kind === 'python') return `# %%\n${source.replace(/\n*$/, '\n')}`
  const lines = source.replace(/\n*$/, '').split('\n')
  return `# %% [${kind}]\n${lines.map((line) => `# ${line}`.trimEnd()).join('\n')}\n`
}
