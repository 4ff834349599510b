/** S2: text that people wrote, as the server paints it: nothing in it runs and no tag of theirs survives. */
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '#lib/ui/cell/render-markdown.ts'

const render = (source: string) => renderMarkdown(source, true)

describe('markdown on the server', () => {
  it('renders headings, lists, tables and links that open elsewhere', () => {
    expect(render('# T\n\n- a\n\n|x|y|\n|-|-|\n|1|2|')).toMatch(/<h1>T<\/h1>[\s\S]*<li>a<\/li>[\s\S]*<td>1<\/td>/)
    expect(render('[a](https://example.org)')).toContain('target="_blank" rel="noopener noreferrer nofollow"')
  })
  it('S2: keeps raw HTML as text', () => {
    expect(render('<script>alert(1)</script><img src=x onerror=alert(1)>')).not.toMatch(/<script|<img/)
  })
  it.each(['[x](javascript:alert(1))', '[x](vbscript:x)', '[x](data:text/html,<script>1</script>)', '![x](javascript:alert(1))'])('S2: makes no link of %s', (source) => {
    expect(render(source)).not.toMatch(/href="(javascript|vbscript|data)|src="javascript/i)
  })
  it('links to a picture from elsewhere instead of loading it', () => {
    expect(render('![a "map"](https://example.org/m.png)')).toMatch(/<a href="https:\/\/example\.org\/m\.png"[^>]*>a &quot;map&quot; \(picture\)<\/a>/)
    expect(render('![dot](data:image/png;base64,AA)')).toContain('<img src="data:image/png;base64,AA" alt="dot">')
  })
  it('sets math, and shows broken math as it was written', () => {
    expect(render('$x^2$')).toContain('class="katex"')
    expect(() => render('$\\frac{$')).not.toThrow()
  })
  it('S2: math cannot link or load', () => {
    expect(render('$\\href{javascript:alert(1)}{x}$ $\\includegraphics{http://x}$')).not.toMatch(/href=|<img/)
  })
  it('colours code and escapes it', () => {
    const html = render('```python\nprint("<b>")\n```')
    expect(html).toContain('class="code-string"')
    expect(html).not.toContain('<b>')
  })
  it('S2: a text that guesses the name of kept parts gets only text', () => {
    expect(render('kept-1-0; kept-abc-0;')).toContain('kept-1-0; kept-abc-0;')
  })
})
