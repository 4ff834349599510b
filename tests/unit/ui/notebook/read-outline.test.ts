import { describe, expect, it } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import { readHeadings, sectionsOf } from '#lib/ui/notebook/read-outline.ts'

const read = (source: string, kind: 'markdown' | 'python' = 'markdown') => readHeadings([{ id: 'c' as CellId, kind, source }]).map(({ level, text }) => `${level} ${text}`)

describe('the outline', () => {
  it('has the headings of text cells in order, plain', () => {
    expect(read('# **One** `two`\ntext\n## [Three](http://x) ##\n#not one')).toEqual(['1 One two', '2 Three'])
  })
  it('passes over what stands in a code block', () => {
    expect(read('```python\n# a comment\n```\n# After\n~~~\n# x\n```\n# y\n~~~\n')).toEqual(['1 After'])
  })
  it('passes over comments of code cells', () => expect(read('# comment', 'python')).toEqual([]))

  it('says under which heading a cell stands: the last one in it or before it, and none above the first', () => {
    const cells = ['print(1)', '# One\n## Two', 'print(2)', 'plain', '# Three'].map((source, at) => ({ id: `c${at}` as CellId, kind: source.startsWith('print') ? 'python' as const : 'markdown' as const, source }))
    const headings = readHeadings(cells)
    const sections = sectionsOf(cells, headings)
    expect(cells.map(({ id }) => headings.find(({ key }) => key === sections.get(id))?.text)).toEqual([undefined, 'Two', 'Two', 'Two', 'Three'])
    expect(sections.get(undefined)).toBeUndefined()
  })
})
