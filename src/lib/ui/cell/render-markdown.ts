/**
 * Render markdown: the one way from text that people wrote to HTML on the page.
 * On the server raw HTML in the text stays text (there is no DOM to clean it with). In the browser it is allowed and
 * cleaned: no scripts, forms, styles, classes, ids or names, so that it can neither run nor dress up as our page.
 * Pictures from elsewhere are not loaded (whoever hosts them would see every reader): a link stands in their place.
 * Math and code are made by us: they stand aside under an unguessable name while the rest is cleaned.
 * What sets math is more code than all else here: a browser loads it for the first text that has some, and shows it as
 * it was written until then.
 */
import DOMPurify from 'dompurify'
import createMarkdown, { type MarkdownIt, type RendererRule } from 'markdown-it'
import 'katex/dist/katex.min.css'
import { tokenizeCode } from '#lib/editor/tokenize-code.ts'
import type { CellKind } from '#lib/domain/cell.ts'

/** The package is CommonJS: bundled or not, its function sits at another depth. */
type Plugin = (markdown: MarkdownIt, options: object) => void
type Imported = { default: Plugin | { default: Plugin } }
let katexPlugin: Plugin | null = null

/** It could have some. */
export const hasMath = (source: string): boolean => source.includes('$')
export const canSetMath = (): boolean => katexPlugin !== null

export async function loadMath(): Promise<void> {
  if (katexPlugin !== null) return
  const { default: imported } = (await import('@vscode/markdown-it-katex')) as unknown as Imported
  katexPlugin = 'default' in imported ? imported.default : imported
  built.clear()
}

type Env = { keep: (html: string) => string }
const keepIn = (env: unknown, html: string): string => (env as Env).keep(html)

const built = new Map<boolean, MarkdownIt>()
// The server paints once, so it waits; in a browser these words are gone.
if (import.meta.env.SSR) await loadMath()

export function renderMarkdown(source: string, allowsHtml: boolean): string {
  const kept: string[] = []
  const name = `kept-${unguessable()}-`
  const env: Env = { keep: (html) => `${name}${kept.push(html) - 1};` }
  const isFull = allowsHtml && DOMPurify.isSupported
  const html = renderer(isFull).render(source, env)
  const clean = isFull ? DOMPurify.sanitize(html, CLEAN) : html
  return clean.replace(new RegExp(`${name}(\\d+);`, 'g'), (_whole: string, at: string) => kept[Number(at)] ?? '')
}

/** The names that stand for what is kept. */
const KEPT = /kept-[a-z0-9]+-\d+;/

/** Not `randomUUID`: a browser has that on https pages only. */
const unguessable = (): string => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('')

const CLEAN = {
  FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'option', 'dialog', 'svg', 'math', 'audio', 'video', 'iframe', 'object', 'embed', 'link', 'meta', 'base'],
  FORBID_ATTR: ['style', 'class', 'id', 'name', 'for', 'form', 'action', 'popover', 'popovertarget', 'srcset', 'background', 'ping'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ADD_ATTR: ['target', 'rel', 'open'],
  RETURN_TRUSTED_TYPE: false,
}

if (DOMPurify.isSupported) {
  DOMPurify.addHook('afterSanitizeAttributes', (node) => {
    // What we put in its place is an element: within an attribute it would end that.
    for (const { name, value } of [...node.attributes]) if (KEPT.test(value)) node.removeAttribute(name)
    if (node.tagName === 'IMG' && !isOwnPicture(node.getAttribute('src') ?? '')) node.removeAttribute('src')
    if (node.tagName !== 'A') return
    node.setAttribute('target', '_blank')
    node.setAttribute('rel', 'noopener noreferrer nofollow')
  })
}

const isOwnPicture = (src: string): boolean => src.startsWith('data:image/')

function renderer(html: boolean): MarkdownIt {
  const markdown = built.get(html) ?? build(html)
  built.set(html, markdown)
  return markdown
}

function build(html: boolean): MarkdownIt {
  const markdown = createMarkdown({ html, linkify: true, typographer: false })
  if (katexPlugin !== null) markdown.use(katexPlugin, { throwOnError: false, trust: false, maxSize: 20, maxExpand: 200 })
  const rules = markdown.renderer.rules
  for (const name of ['math_inline', 'math_inline_block', 'math_inline_bare_block', 'math_block']) {
    const rule = rules[name]
    if (rule !== undefined) rules[name] = (tokens, at, options, env, self) => keepIn(env, rule(tokens, at, options, env, self))
  }
  rules.link_open = (tokens, at, options, _env, self) => {
    tokens[at]?.attrSet('target', '_blank')
    tokens[at]?.attrSet('rel', 'noopener noreferrer nofollow')
    return self.renderToken(tokens, at, options)
  }
  const paint = rules.image
  rules.image = (tokens, at, options, env, self) => {
    const token = tokens[at]
    const src = String(token?.attrGet('src') ?? '')
    if (token === undefined || isOwnPicture(src)) return paint?.(tokens, at, options, env, self) ?? ''
    const words = self.renderInlineAsText(token.children ?? [], options, env)
    const { escapeHtml } = markdown.utils
    return `<a href="${escapeHtml(src)}" target="_blank" rel="noopener noreferrer nofollow">${escapeHtml(words === '' ? src : `${words} (picture)`)}</a>`
  }
  const fence: RendererRule = (tokens, at, _options, env) => {
    const token = tokens[at]
    return token === undefined ? '' : keepIn(env, codeBlock(markdown, token.content, token.info.trim().split(/\s+/)[0] ?? ''))
  }
  rules.fence = fence
  return markdown
}

const LANGUAGES: Record<string, CellKind> = { python: 'python', py: 'python', pyspark: 'python', sql: 'sql', spark: 'sql' }

function codeBlock(markdown: MarkdownIt, source: string, language: string): string {
  const { escapeHtml } = markdown.utils
  const kind = LANGUAGES[language.toLowerCase()]
  const tokens = kind === undefined ? [{ text: source, look: '' }] : tokenizeCode(kind, source)
  const inner = tokens.map(({ text, look }) => (look === '' ? escapeHtml(text) : `<span class="${look}">${escapeHtml(text)}</span>`)).join('')
  return `<pre class="code-metrics"><code>${inner}</code></pre>\n`
}
