/** The address of a comparison: the two results, and the key where one was chosen. No `key` means that it is guessed, an empty one that rows are compared as wholes. */

export interface ComparedPair {
  before: string
  after: string
  key: readonly string[] | null
}

export function compareAddress(notebookPath: string, { before, after, key }: ComparedPair): string {
  const query = new URLSearchParams({ before, after })
  for (const name of key === null ? [] : key.length === 0 ? [''] : key) query.append('key', name)
  return `${notebookPath}/compare?${query}`
}

export function keyIn(query: URLSearchParams): string[] | null {
  if (!query.has('key')) return null
  return query.getAll('key').filter((name) => name !== '')
}
