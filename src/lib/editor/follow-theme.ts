/**
 * Follow theme: Monaco draws its own colours, so they are read from the page's CSS variables and read again
 * whenever the class of <html> changes. One list of colours for the whole product.
 */
import './code-colors.css'
import type { MonacoApi } from './load-monaco.ts'

export function followTheme(monaco: MonacoApi): void {
  const apply = () => defineTheme(monaco)
  apply()
  new MutationObserver(apply).observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
}

function defineTheme(monaco: MonacoApi): void {
  const read = colorReader()
  const isDark = document.documentElement.classList.contains('dark')
  const token = (scope: string, variable: string, fontStyle?: string) => ({ token: scope, foreground: read(variable).slice(1, 7), ...(fontStyle && { fontStyle }) })
  monaco.editor.defineTheme('harbour', {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: false,
    rules: [
      token('', '--code-text'), token('identifier', '--code-text'), token('comment', '--code-comment', 'italic'),
      token('keyword', '--code-keyword'), token('string', '--code-string'), token('number', '--code-number'),
      token('predefined', '--code-function'), token('type', '--code-function'), token('tag', '--code-function'),
      token('operator', '--code-operator'), token('delimiter', '--code-operator'), token('variable', '--code-text'),
    ],
    colors: {
      'editor.background': '#00000000',
      'editor.foreground': read('--code-text'),
      'editor.lineHighlightBackground': read('--code-line'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': read('--selection'),
      'editor.inactiveSelectionBackground': read('--code-match'),
      'editor.selectionHighlightBackground': read('--code-match'),
      'editor.wordHighlightBackground': read('--code-echo'),
      'editor.wordHighlightTextBackground': read('--code-echo'),
      'editor.wordHighlightStrongBackground': read('--code-echo'),
      'editorCursor.foreground': read('--ring'),
      'editorLineNumber.foreground': read('--code-line-number'),
      'editorLineNumber.activeForeground': read('--foreground'),
      'editorWidget.background': read('--popover'),
      'editorWidget.border': read('--border'),
      'editorSuggestWidget.background': read('--popover'),
      'editorSuggestWidget.foreground': read('--popover-foreground'),
      'editorSuggestWidget.border': read('--border'),
      'editorSuggestWidget.selectedBackground': read('--accent'),
      'editorSuggestWidget.selectedForeground': read('--accent-foreground'),
      'editorSuggestWidget.highlightForeground': read('--primary'),
      'editorHoverWidget.background': read('--popover'),
      'editorHoverWidget.border': read('--border'),
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`editorBracketHighlight.foreground${depth}`, read('--code-operator')])),
      'editorBracketMatch.background': read('--code-match'),
      'editorBracketMatch.border': '#00000000',
      'input.background': read('--card'),
      'input.border': read('--input'),
      'focusBorder': read('--ring'),
      'scrollbar.shadow': '#00000000',
      'scrollbarSlider.background': `${read('--input')}59`,
      'scrollbarSlider.hoverBackground': `${read('--input')}8c`,
      'menu.background': read('--popover'),
      'menu.foreground': read('--popover-foreground'),
      'menu.selectionBackground': read('--accent'),
      'menu.selectionForeground': read('--accent-foreground'),
    },
  })
  monaco.editor.setTheme('harbour')
}

/** Any CSS colour as #rrggbb(aa): painted on a canvas, because a token may be written in any notation. */
function colorReader(): (variable: string) => string {
  const style = getComputedStyle(document.documentElement)
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('This browser has no canvas.')
  return (variable) => {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = style.getPropertyValue(variable).trim() || '#888888'
    context.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data
    const hex = [red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')
    return `#${hex}${alpha === 255 ? '' : alpha.toString(16).padStart(2, '0')}`
  }
}
