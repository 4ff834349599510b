/** The verdict on an exact re-run, in words. Of tables that were cut it speaks for the rows that are kept, and is no full identity. */
import type { ComparedTable, Verdict } from '#lib/domain/provenance.ts'

export interface VerdictBadge {
  tone: 'plain' | 'info' | 'success' | 'warning' | 'danger'
  word: string
}

const rows = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`
/** Of each identical table that was cut, how many rows there are. */
const cutOnes = (tables: Verdict['tables']): number[] => tables.flatMap(({ verdict }) => (verdict.state === 'identical' && verdict.isCut ? [verdict.rows] : []))

const SENTENCES: Record<Exclude<Verdict['state'], 'identical'>, string> = {
  'waiting': 'It is being done again with the tables of then. The verdict comes at its end.',
  'differs': 'Differs: not every table has the same rows as in the first run.',
  'failed': 'It could not be done again.',
  'nothing': 'Neither run shows a table, so there is nothing to compare.',
  'not-compared': 'Not every table could be compared with that of the first run.',
}

const BADGES: Record<Verdict['state'], VerdictBadge> = {
  'waiting': { tone: 'info', word: 'Going' },
  'identical': { tone: 'success', word: 'Identical' },
  'differs': { tone: 'danger', word: 'Differs' },
  'failed': { tone: 'danger', word: 'Failed' },
  'nothing': { tone: 'plain', word: 'No tables' },
  'not-compared': { tone: 'warning', word: 'Not compared' },
}

export const verdictBadge = ({ state, tables }: Pick<Verdict, 'state' | 'tables'>): VerdictBadge =>
  state === 'identical' && cutOnes(tables).length > 0 ? { tone: 'info', word: 'First rows identical' } : BADGES[state]

export const describeVerdict = ({ state, tables, reasons }: Pick<Verdict, 'state' | 'tables' | 'reasons'>): string =>
  state === 'identical' ? `${identicalWords(tables)}${reasons.length > 0 ? ', though not all that it was made of could be held still' : ''}.` : SENTENCES[state]

function identicalWords(tables: Verdict['tables']): string {
  const cut = cutOnes(tables)
  const [first] = cut
  if (first === undefined) return 'Identical: every table has the same rows as in the first run'
  if (cut.length < tables.length || cut.some((count) => count !== first)) return 'All rows that are kept are identical; some tables have more, which were not compared'
  return `The first ${rows(first)}${tables.length > 1 ? ' of each table' : ''} are identical; more were not compared`
}

export function describeCompared({ verdict }: Pick<ComparedTable, 'verdict'>): string {
  switch (verdict.state) {
    case 'identical': {
      const rounded = verdict.rounded === 0 ? '' : ` but for the last digits of floating-point numbers in ${rows(verdict.rounded)}`
      return verdict.isCut ? `the first ${rows(verdict.rows)} are identical${rounded}; more were not compared` : `identical${rounded}`
    }
    case 'differs': return `differs: ${rows(verdict.onlyBefore)} only in the first run, ${rows(verdict.onlyAfter)} only in this one${verdict.isCut ? '. Only the first rows of more were kept, and which those are may differ each time' : ''}`
    case 'columns-differ': return 'differs: the columns are others'
    case 'missing': return 'differs: only one of the two runs has it'
    case 'not-compared': return `not compared. ${verdict.message}`
  }
}
