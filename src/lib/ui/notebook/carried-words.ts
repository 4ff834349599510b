/** Cells that are offered because the notebook has another text now, in words: when they were written, by where they were found. */

/** A lock; another history of the notebook; a role that may only read; a reload of this tab. */
export type CarriedFrom = 'lock' | 'history' | 'role' | 'reload'

const SINCE = {
  history: 'in this browser before the notebook was replaced by another version',
  role: 'in this browser while you could change the notebook',
  reload: 'before the reload',
}

/** One for each cell. */
export function carriedSentence(from: readonly CarriedFrom[]): string {
  const [count, they, are] = from.length === 1 ? ['1 cell', 'it', 'is'] : [`${from.length} cells`, 'them', 'are']
  const since = [...new Set(from)].map((one) => (one === 'lock' ? `before an owner locked ${they}` : SINCE[one]))
  return `${count} that you wrote ${since.join(' or ')} ${are} not in the notebook as you wrote ${they}.`
}
