/** Pick display: which of the forms that a kernel offers of one thing is shown. The richest that is safe wins, in Jupyter's order. */
import type { MimeBundle } from '#lib/domain/feed.ts'

export type Shown =
  | { form: 'chart'; spec: string; alt: string }
  | { form: 'widget'; text: string }
  | { form: 'html'; html: string }
  | { form: 'picture'; mime: string; base64: string; alt: string }
  | { form: 'markdown'; markdown: string }
  | { form: 'text'; text: string }
  /** It has no form that can be shown; `types` are those it has. */
  | { form: 'nothing'; types: string }

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const CHART = /^application\/vnd\.vega(lite)?\.v\d+(\.json|\+json)$/
const WIDGET = 'application/vnd.jupyter.widget-view+json'

export function pickDisplay(data: MimeBundle): Shown {
  const plain = data['text/plain']
  const chart = Object.keys(data).find((type) => CHART.test(type))
  if (chart !== undefined) return { form: 'chart', spec: data[chart] ?? '', alt: 'Chart made by this cell' }
  if (data[WIDGET] !== undefined) return { form: 'widget', text: plain ?? '' }
  if (data['text/html'] !== undefined) return { form: 'html', html: data['text/html'] }
  if (data['text/markdown'] !== undefined) return { form: 'markdown', markdown: data['text/markdown'] }
  if (data['text/latex'] !== undefined) return { form: 'markdown', markdown: mathBlock(data['text/latex']) }
  if (data['image/svg+xml'] !== undefined) return { form: 'html', html: data['image/svg+xml'] }
  const mime = PICTURES.find((type) => data[type] !== undefined)
  if (mime !== undefined) return { form: 'picture', mime, base64: data[mime] ?? '', alt: altText(plain ?? '') }
  if (data['application/json'] !== undefined) return { form: 'text', text: pretty(data['application/json']) }
  if (plain !== undefined && data['application/javascript'] === undefined) return { form: 'text', text: plain }
  return { form: 'nothing', types: Object.keys(data).filter((type) => type !== 'text/plain').join(', ') }
}

/** LaTeX as a kernel gives it: one formula, or text with formulas in it. */
function mathBlock(latex: string): string {
  const text = latex.trim().replace(/\\\[|\\\]/g, '$$$$').replace(/\\\(|\\\)/g, '$$')
  const bare = text.replace(/^\$+|\$+$/g, '').replace(/^\\displaystyle\s*/, '')
  if (bare.includes('$')) return text
  return `$$\n${bare.replace(/^\\begin\{(equation|displaymath)\*?\}|\\end\{(equation|displaymath)\*?\}$/g, '').trim()}\n$$`
}

/** `<Figure size 640x480 with 1 Axes>` is the kernel's word for a picture, not a person's. */
const altText = (plain: string): string => (plain === '' || plain.startsWith('<') ? 'Picture made by this cell' : plain)

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
