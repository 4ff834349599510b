/**
 * Draws a chart whose description came from a cell, which is anybody's text. Expressions are interpreted, nothing is
 * loaded (no data, pictures or links by address), and what a description may say to its embedder is taken away.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'

/** The value ends the chart. */
export async function drawSpec(place: HTMLElement, text: string, isDark: boolean): Promise<Outcome<() => void, 'not-drawn'>> {
  const spec = readSpec(text)
  if (spec === null) return refuse('not-drawn', 'This chart cannot be drawn: its description is not valid JSON.')
  let hasAsked = false
  const deny = (): Promise<never> => {
    hasAsked = true
    return Promise.reject(new Error('A chart may not load anything.'))
  }
  try {
    const [{ default: embed }, { expressionInterpreter }] = await Promise.all([import('vega-embed'), import('vega-interpreter')])
    const { finalize } = await embed(place, spec as never, {
      actions: false, ast: true, expr: expressionInterpreter, renderer: 'svg',
      loader: { load: deny, sanitize: deny, http: deny, file: deny } as never,
      tooltip: { theme: isDark ? 'dark' : 'custom' },
      ...(isDark && { theme: 'dark' as const }), config: { background: 'transparent' },
    })
    if (!hasAsked) return accept(finalize)
    finalize()
    return refuse('not-drawn', LOADS)
  } catch {
    return refuse('not-drawn', hasAsked ? LOADS : 'This chart cannot be drawn: its description has a mistake.')
  }
}

const LOADS = 'This chart loads its data from another address, which is not allowed here. Put the data into the chart itself.'

function readSpec(text: string): Record<string, unknown> | null {
  try {
    const spec: unknown = JSON.parse(text)
    if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return null
    const { usermeta: _told, ...rest } = spec as Record<string, unknown>
    return rest
  } catch {
    return null
  }
}
