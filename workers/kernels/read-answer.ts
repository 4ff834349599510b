/**
 * From a kernel's reply to an answer, and from a question to the request. Code in cells can make a kernel say
 * anything, so every field is checked and cut; what does not fit is no answer. Pure.
 */
import { z } from 'zod'
import { COMPLETIONS_MAX, fromCodePoints, toCodePoints, type Catalog, type Completions, type Inspection, type KernelQuestion, type Variables } from '#lib/domain/kernel-question.ts'

/** What a kernel process itself can be asked. */
export type Askable = Exclude<KernelQuestion, { kind: 'meter' }>
export type Answer = Completions | Inspection | Variables | Catalog

const ANSI = /\u001b\[[0-9;]*m/g
const DOC_MAX = 4000

export function requestOf(question: Askable): { type: string; content: Record<string, unknown> } {
  switch (question.kind) {
    case 'complete': return { type: 'complete_request', content: { code: question.code, cursor_pos: toCodePoints(question.code, question.cursor) } }
    case 'inspect': return { type: 'inspect_request', content: { code: question.code, cursor_pos: toCodePoints(question.code, question.cursor), detail_level: 0 } }
    case 'variables': return { type: 'dataharbour_variables_request', content: {} }
    case 'catalog': return { type: 'dataharbour_catalog_request', content: {} }
  }
}

export function readAnswer(question: Askable, content: Record<string, unknown>): Answer | null {
  if (content.status !== 'ok') return null
  switch (question.kind) {
    case 'complete': return completionsFrom(question.code, content)
    case 'inspect': return inspectionFrom(content)
    case 'variables': return variablesSchema.safeParse(content).data ?? null
    case 'catalog': return catalogSchema.safeParse(content).data ?? null
  }
}

const line = (max: number) => z.string().transform((text) => text.slice(0, max))

const completeSchema = z.object({
  matches: z.array(z.string()),
  cursor_start: z.int().min(0),
  cursor_end: z.int().min(0),
  metadata: z.object({ _jupyter_types_experimental: z.array(z.object({ text: z.string(), type: z.string().nullish(), signature: z.string().nullish() })).optional().catch(undefined) }).optional().catch(undefined),
})

function completionsFrom(code: string, content: Record<string, unknown>): Completions | null {
  const { data } = completeSchema.safeParse(content)
  if (data === undefined) return null
  const types = new Map((data.metadata?._jupyter_types_experimental ?? []).map((one) => [one.text, one]))
  const start = fromCodePoints(code, data.cursor_start)
  // IPython gives an attribute with its dot, which is already there.
  const skip = code[start] === '.' && data.matches.every((text) => text.startsWith('.')) ? 1 : 0
  const items = data.matches.slice(0, COMPLETIONS_MAX).map((text) => ({
    text: text.slice(skip, 300), type: (types.get(text)?.type ?? '').slice(0, 40), signature: (types.get(text)?.signature ?? '').slice(0, 300),
  }))
  return { start: start + skip, end: Math.max(start + skip, fromCodePoints(code, data.cursor_end)), items }
}

/** IPython's help is text with headings: `Signature:`, `Docstring:`, `Type:` and more. */
export function inspectionFrom(content: Record<string, unknown>): Inspection | null {
  const text = (content.data as { 'text/plain'?: unknown } | undefined)?.['text/plain']
  if (content.found !== true || typeof text !== 'string') return null
  const parts = new Map<string, string>()
  let heading = ''
  for (const row of text.slice(0, 100_000).replace(ANSI, '').split('\n')) {
    const begun = /^(Signature|Init signature|Call signature|Docstring|Init docstring|Class docstring|Call docstring|Type|String form|Length|File|Subclasses|Namespace|Repr|Source):\s?(.*)$/.exec(row)
    if (begun !== null) heading = begun[1]!
    const said = begun === null ? row : begun[2]!
    parts.set(heading, parts.has(heading) ? `${parts.get(heading)}\n${said}` : said)
  }
  const part = (...headings: string[]) => headings.map((one) => parts.get(one)?.trim()).find((said) => said !== undefined && said !== '' && said !== '<no docstring>') ?? null
  return {
    signature: part('Signature', 'Init signature', 'Call signature')?.slice(0, 2000) ?? null,
    type: part('Type')?.slice(0, 100) ?? null,
    doc: part('Docstring', 'Init docstring', 'Class docstring')?.slice(0, DOC_MAX) ?? null,
  }
}

const variablesSchema = z.object({
  variables: z.array(z.object({ name: line(100), type: line(100), shape: line(100).nullable(), bytes: z.number().min(0).nullable(), preview: line(200).nullable() })).max(2000),
  isCut: z.boolean(),
})

const catalogSchema = z.object({
  tables: z.array(z.object({
    schema: line(255).nullable(), name: line(255), isView: z.boolean(), columns: z.array(z.object({ name: line(255), type: line(100) })).max(1000),
  })).max(1000),
  isComplete: z.boolean(),
})
