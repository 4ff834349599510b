/**
 * Where in Python code the cursor is: which call, and which of its arguments; in code, in a text or in a comment. A small reader of brackets, strings and
 * comments; good enough for code that is being typed, which no parser takes. Pure.
 */
export interface CallAt {
  /** Offset behind the name that is called. */
  calleeEnd: number
  /** Commas before the cursor, in the call itself. */
  argument: number
  /** Set while a named argument is typed: `name=`. */
  keyword: string | null
}

interface Open { at: number; bracket: string; commas: number; argumentStart: number }

const DEFINES = /(^|\n)\s*(async\s+)?(def|class)\s+\w+$/
const STATEMENT = /(^|\W)(if|elif|while|for|in|and|or|not|return|yield|lambda|with|assert|del|is|await|raise|from|import|except|match|case)$/

/** Null: not in a call, or in a text or a comment within one. */
export function callAt(code: string, cursor: number): CallAt | null {
  const text = code.slice(0, cursor)
  const open: Open[] = []
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!
    const last = open.at(-1)
    if (letter === '#') {
      at = text.indexOf('\n', at)
      if (at < 0) return null
    } else if (letter === '"' || letter === "'") {
      const end = endOfString(text, at)
      if (end === null) return null
      at = end
    } else if ('([{'.includes(letter)) open.push({ at, bracket: letter, commas: 0, argumentStart: at + 1 })
    else if (')]}'.includes(letter)) open.pop()
    else if (letter === ',' && last !== undefined) Object.assign(last, { commas: last.commas + 1, argumentStart: at + 1 })
  }
  const call = open.at(-1)
  if (call === undefined || call.bracket !== '(') return null
  const before = text.slice(0, call.at)
  if (!/[\w\])]$/.test(before) || DEFINES.test(before) || STATEMENT.test(before)) return null
  const keyword = /^\s*(\w+)\s*=(?!=)/.exec(text.slice(call.argumentStart))?.[1] ?? null
  return { calleeEnd: call.at, argument: call.commas, keyword }
}

/** What stands at the end of a beginning of code. */
export function placeAfter(text: string): 'code' | 'string' | 'comment' {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '#') {
      at = text.indexOf('\n', at)
      if (at < 0) return 'comment'
    } else if (text[at] === '"' || text[at] === "'") {
      const end = endOfString(text, at)
      if (end === null) return 'string'
      at = end
    }
  }
  return 'code'
}

/** Offset of the closing quote; null when the text ends within. */
function endOfString(text: string, at: number): number | null {
  const quote = text.startsWith(text[at]!.repeat(3), at) ? text[at]!.repeat(3) : text[at]!
  for (let next = at + quote.length; next < text.length; next += 1) {
    if (text[next] === '\\') next += 1
    else if (text.startsWith(quote, next)) return next + quote.length - 1
    else if (text[next] === '\n' && quote.length === 1) return next
  }
  return null
}

export interface Signature {
  /** On one line. */
  label: string
  /** Offsets in the label. */
  parameters: { start: number; end: number; name: string }[]
}

/** `f(a, *, b=2) -> int` with its parameters marked; the marks `*` and `/` are none. */
export function readSignature(text: string): Signature {
  const label = text.replace(/\s+/g, ' ').replace('( ', '(').replace(/,? \)/, ')').trim()
  const parameters: Signature['parameters'] = []
  const from = label.indexOf('(')
  let depth = 0
  let start = from + 1
  for (let at = from + 1; from >= 0 && at < label.length; at += 1) {
    const letter = label[at]!
    if (letter === '"' || letter === "'") at = endOfString(label, at) ?? label.length
    else if (letter === ')' && depth === 0) {
      add(start, at)
      break
    } else if ('([{'.includes(letter)) depth += 1
    else if (')]}'.includes(letter)) depth -= 1
    else if (letter === ',' && depth === 0) {
      add(start, at)
      start = at + 1
    }
  }
  return { label, parameters }

  function add(begin: number, end: number) {
    const piece = label.slice(begin, end)
    const name = /^\s*\**(\w+)/.exec(piece)?.[1]
    if (name !== undefined) parameters.push({ start: begin + (piece.length - piece.trimStart().length), end, name })
  }
}

/** Which parameter the cursor is at: the named one, else by place; what is too many belongs to `*args`. */
export function parameterAt({ parameters, label }: Signature, call: CallAt): number {
  if (call.keyword !== null) return parameters.findIndex(({ name }) => name === call.keyword)
  const rest = parameters.findIndex(({ start }) => label[start] === '*' && label[start + 1] !== '*')
  return rest >= 0 && call.argument >= rest ? rest : call.argument
}
