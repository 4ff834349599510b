/** Pick display: which of the forms that a kernel offers of one thing is shown. The richest that is safe wins. */
import type { MimeBundle } from '#lib/domain/feed.ts'

export type Shown =
  | { form: 'html'; html: string }
  | { form: 'picture'; mime: string; base64: string; alt: string }
  | { form: 'markdown'; markdown: string }
  | { form: 'text'; text: string }

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

export function pickDisplay(data: MimeBundle): Shown {
  const plain = data['text/plain'] ?? ''
  const html = data['text/html'] ?? data['image/svg+xml']
  if (html !== undefined) return { form: 'html', html }
  if (data['text/markdown'] !== undefined) return { form: 'markdown', markdown: data['text/markdown'] }
  if (data['text/latex'] !== undefined) return { form: 'markdown', markdown: mathBlock(data['text/latex']) }
  const mime = PICTURES.find((type) => data[type] !== undefined)
  if (mime !== undefined) return { form: 'picture', mime, base64: data[mime] ?? '', alt: altText(plain) }
  if (data['application/json'] !== undefined) return { form: 'text', text: pretty(data['application/json']) }
  return { form: 'text', text: plain }
}

const mathBlock = (latex: string): string => `$$\n${latex.trim().replace(/^\$+|\$+$/g, '')}\n$$`

/** `<Figure size 640x480 with 1 Axes>` is the kernel's word for a picture, not a person's. */
const altText = (plain: string): string => (plain === '' || plain.startsWith('<') ? 'Picture made by this cell' : plain)

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
