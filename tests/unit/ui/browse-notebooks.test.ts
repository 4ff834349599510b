import { describe, expect, it } from 'vitest'
import type { NotebookSummary } from '#lib/domain/notebook.ts'
import { foldersIn, searchNotebooks } from '#lib/ui/home/browse-notebooks.ts'
import { describeAgo } from '#lib/ui/kit/describe-ago.ts'

const notebook = (title: string, folder: string) => ({ title, folder }) as NotebookSummary
const ALL = [notebook('Delays', 'reports/weekly'), notebook('Weather', 'reports'), notebook('Scratch', ''), notebook('Cohorts', 'research'), notebook('Other', 'reports-old')]

describe('folders', () => {
  it('shows the top folders with what is below them', () => {
    expect(foldersIn(ALL, '')).toEqual([{ path: 'reports', name: 'reports', count: 2 }, { path: 'reports-old', name: 'reports-old', count: 1 }, { path: 'research', name: 'research', count: 1 }])
  })
  it('shows what is inside a folder, not what only begins like it', () => {
    expect(foldersIn(ALL, 'reports')).toEqual([{ path: 'reports/weekly', name: 'weekly', count: 1 }])
    expect(foldersIn(ALL, 'research')).toEqual([])
  })
})

describe('search', () => {
  it('finds every word in title or folder, in any case', () => {
    expect(searchNotebooks(ALL, 'WEEKLY delays').map((one) => one.title)).toEqual(['Delays'])
    expect(searchNotebooks(ALL, 'nothing')).toEqual([])
  })
})

describe('time in words', () => {
  const now = Date.parse('2026-01-02T12:00:00Z')
  it.each([['2026-01-02T11:59:40Z', 'just now'], ['2026-01-02T11:57:00Z', '3 minutes ago'], ['2026-01-01T12:00:00Z', '1 day ago'], ['2026-01-02T14:00:00Z', 'in 2 hours'], ['2026-01-09T11:59:58Z', 'in 7 days'], ['2025-01-02T00:00:00Z', '1 year ago']])('%s → %s', (at, words) => expect(describeAgo(at, now)).toBe(words))
})
