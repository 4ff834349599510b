/** Folders exist only as the paths of the notebooks in them; these functions read them out. */
import type { NotebookSummary } from '#lib/domain/notebook.ts'

export interface Folder {
  path: string
  name: string
  /** Notebooks in it and below. */
  count: number
}

/** The folders directly inside `path`, by name. */
export function foldersIn(notebooks: readonly NotebookSummary[], path: string): Folder[] {
  const prefix = path === '' ? '' : `${path}/`
  const counts = new Map<string, number>()
  for (const { folder } of notebooks) {
    if (folder === path || !folder.startsWith(prefix) || folder === '') continue
    const name = folder.slice(prefix.length).split('/')[0] ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ path: prefix + name, name, count })).sort((a, b) => a.name.localeCompare(b.name))
}

/** Every word must be in the title or the folder. */
export function searchNotebooks(notebooks: readonly NotebookSummary[], text: string): NotebookSummary[] {
  const words = text.trim().toLowerCase().split(/\s+/)
  return notebooks.filter((one) => {
    const where = `${one.folder}/${one.title}`.toLowerCase()
    return words.every((word) => where.includes(word))
  })
}
