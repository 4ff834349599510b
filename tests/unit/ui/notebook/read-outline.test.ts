import { describe, expect, it } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import { readHeadings } from '#lib/ui/notebook/read-outline.ts'

const read = (source: string, kind: 'markdown' | 'python' = 'markdown') => readHeadings([{ id: 'c' as CellId, kind, source }]).map(({ level, text }) => `${level} ${text}`)

describe('the outline', () => {
  it('has the headings of text cells in order, plain', () => {
    expect(read('# **One** `two`\ntext\n## [Three](http://x) ##\n#not one')).toEqual(['1 One two', '2 Three'])
  })
  it('passes over what stands in a code block', () => {
    expect(read('```python\n# a comment\n```\n# After\n~~~\n# x\n```\n# y\n~~~\n')).toEqual(['1 After'])
  })
  it('passes over comments of code cells', () => expect(read('# comment', 'python')).toEqual([]))
})
