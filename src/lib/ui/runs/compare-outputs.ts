/**
 * Compare outputs: what two runs of a cell showed. Beside the two texts it says what no text tells: whether pictures, charts and
 * HTML are the same, by what is drawn, and the shapes of tables; and it names what was not compared. So nothing is called the
 * same of which only the caption was looked at. Pure.
 */
import type { OmittedText, Output } from '#lib/domain/feed.ts'
import { addOutput } from '#lib/domain/fold-outputs.ts'
import { pickDisplay } from '../run/pick-display.ts'
import { outputText } from './output-text.ts'

export interface ComparedOutput {
  before: string
  after: string
  /** Sentences: what differs that the texts do not say. */
  differs: string[]
  /** Sentences: what was not looked at. */
  notCompared: string[]
}

type Kind<K extends Output['kind']> = Extract<Output, { kind: K }>
interface Drawn { what: string; drawn: string }

export function compareOutputs(earlier: readonly Output[], later: readonly Output[]): ComparedOutput {
  const [one, other] = [fold(earlier), fold(later)]
  const tables = pairs(of(one, 'result'), of(other, 'result'))
  const errors = pairs(of(one, 'error'), of(other, 'error'))
  const [cutBefore, cutAfter] = [of(one, 'omitted')[0], of(other, 'omitted')[0]]
  return {
    before: outputText(earlier), after: outputText(later),
    differs: [
      ...compareDrawn(drawnIn(one), drawnIn(other)),
      ...compareLengths(cutBefore, cutAfter),
      ...(tables.some(([a, b]) => shapeOf(a) !== shapeOf(b)) ? ['The tables have other columns, or another number of rows.'] : []),
      ...(errors.some(([a, b]) => isSameError(a, b) && a.frames.join('\n') !== b.frames.join('\n')) ? ['The error came by another way: its trace differs.'] : []),
    ],
    notCompared: [
      ...tellLeftOut(cutBefore, cutAfter),
      ...(tables.length > 0 ? ['The rows of tables were not compared here.'] : []),
      ...(errors.some(([a, b]) => a.jvmTrace !== null || b.jvmTrace !== null) ? ['JVM traces were not compared.'] : []),
    ],
  }
}

/** What stands beside the heading. Nothing where the texts or what is drawn show the difference themselves. */
export function verdictOf({ before, after, differs, notCompared }: ComparedOutput): string {
  if (before !== after || differs.length > 0) return ''
  return notCompared.length === 0 ? 'the same in both' : 'the same in both, as far as it was compared'
}

const fold = (outputs: readonly Output[]): readonly Output[] => outputs.reduce<readonly Output[]>(addOutput, [])
const of = <K extends Output['kind']>(shown: readonly Output[], kind: K): Kind<K>[] => shown.filter((output): output is Kind<K> => output.kind === kind)
const pairs = <T>(before: readonly T[], after: readonly T[]): [T, T][] => after.flatMap((one, at): [T, T][] => (before[at] === undefined ? [] : [[before[at], one]]))
const shapeOf = ({ columns, rows, truncated }: Kind<'result'>): string => JSON.stringify([columns.map(({ name, type }) => [name, type]), rows, truncated])
const isSameError = (a: Kind<'error'>, b: Kind<'error'>): boolean => a.name === b.name && a.message === b.message

/** What the page draws of each display; plain text is in the text, and so is that of a widget. */
function drawnIn(shown: readonly Output[]): Drawn[] {
  return of(shown, 'display').flatMap(({ data }): Drawn[] => {
    const one = pickDisplay(data)
    switch (one.form) {
      case 'chart': return [{ what: 'chart', drawn: one.spec }]
      case 'picture': return [{ what: 'picture', drawn: `${one.mime} ${one.base64}` }]
      case 'html': return [{ what: data['text/html'] === undefined ? 'picture' : 'HTML output', drawn: one.html }]
      case 'markdown': return [{ what: 'formatted text', drawn: one.markdown }]
      case 'text': return data['application/json'] === undefined ? [] : [{ what: 'JSON value', drawn: one.text }]
      case 'nothing': return [{ what: 'unshown output', drawn: JSON.stringify(data) }]
      case 'widget': return []
    }
  })
}

/** Each sort for itself, one by one in their order. */
function compareDrawn(before: readonly Drawn[], after: readonly Drawn[]): string[] {
  const sorts = [...new Set([...before, ...after].map(({ what }) => what))]
  return sorts.flatMap((what) => {
    const [one, other] = [before, after].map((all) => all.filter((drawn) => drawn.what === what).map(({ drawn }) => drawn)) as [string[], string[]]
    if (one.length !== other.length) return [`${counted(one.length, what)} in the earlier run, ${counted(other.length, what)} in the later.`]
    const differing = other.flatMap((drawn, at) => (drawn === one[at] ? [] : [at + 1]))
    if (differing.length === 0) return []
    return [other.length === 1 ? `The ${what} differs.` : `Of ${counted(other.length, what)} ${differing.length === 1 ? 'one differs' : `${differing.length} differ`}: ${listed(differing)}.`]
  })
}

function compareLengths(before: OmittedText | undefined, after: OmittedText | undefined): string[] {
  if (before === undefined || after === undefined || before.chars === after.chars) return []
  return [`${before.chars.toLocaleString('en')} characters were printed in the earlier run, ${after.chars.toLocaleString('en')} in the later.`]
}

function tellLeftOut(before: OmittedText | undefined, after: OmittedText | undefined): string[] {
  return before === undefined && after === undefined ? [] : ['The middle of long printed text was not compared, only its beginning and its end.']
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const LISTED = 10
const listed = (numbers: readonly number[]): string => `${numbers.length === 1 ? 'number ' : 'numbers '}${numbers.slice(0, LISTED).join(', ')}${numbers.length > LISTED ? ', …' : ''}`
