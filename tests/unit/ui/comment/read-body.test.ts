import { describe, expect, it } from 'vitest'
import { readBody } from '#lib/ui/comment/read-body.ts'

const shapes = (body: string, names: string[] = []) => readBody(body, names).map(({ kind, text }) => (kind === 'text' ? text : `${kind}:${text}`))

describe('a comment’s text', () => {
  it.each([
    ['see https://a.example/x?y=1.', ['see ', 'link:https://a.example/x?y=1', '.']],
    ['(https://a.example/x)', ['(', 'link:https://a.example/x', ')']],
    ['https://a.example/wiki/A_(b)', ['link:https://a.example/wiki/A_(b)']],
    ['javascript:alert(1) data:text/html,x', ['javascript:alert(1) data:text/html,x']],
    ['<img src=x onerror=alert(1)>', ['<img src=x onerror=alert(1)>']],
    ['', []],
  ])('%j has its addresses [S2]', (body, pieces) => expect(shapes(body)).toEqual(pieces))

  it('has the names it calls, the longer of two first, and no others', () => {
    expect(shapes('@Ann Lee, @Ann and @Bo', ['Ann', 'Ann Lee'])).toEqual(['name:@Ann Lee', ', ', 'name:@Ann', ' and @Bo'])
    expect(shapes('mail@Ann https://x.example/@Ann', ['Ann'])).toEqual(['mail', 'name:@Ann', ' ', 'link:https://x.example/@Ann'])
    expect(shapes('@', [''])).toEqual(['@'])
  })

  it('loses no letter', () => {
    const body = 'a @Ann\nhttps://x.example/(y). 🚢 @@Ann'
    expect(readBody(body, ['Ann']).map((piece) => piece.text).join('')).toBe(body)
  })
})
