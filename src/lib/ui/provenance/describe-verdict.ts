/** The verdict on an exact re-run, in words. */
import type { ComparedTable, Verdict } from '#lib/domain/provenance.ts'

const rows = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`

const SENTENCES: Record<Verdict['state'], string> = {
  'waiting': 'It is being done again with the tables of then. The verdict comes at its end.',
  'identical': 'Identical: every table has the same rows as in the first run.',
  'differs': 'Differs: not every table has the same rows as in the first run.',
  'failed': 'It could not be done again.',
  'nothing': 'Neither run shows a table, so there is nothing to compare.',
  'not-compared': 'Not every table could be compared with that of the first run.',
}

export const describeVerdict = ({ state, reasons }: Pick<Verdict, 'state' | 'reasons'>): string =>
  state === 'identical' && reasons.length > 0 ? 'Identical: every table has the same rows as in the first run, though not all that it was made of could be held still.' : SENTENCES[state]

export function describeCompared({ verdict }: Pick<ComparedTable, 'verdict'>): string {
  switch (verdict.state) {
    case 'identical': return verdict.rounded === 0 ? 'identical' : `identical but for the last digits of floating-point numbers in ${rows(verdict.rounded)}`
    case 'differs': return `differs: ${rows(verdict.onlyBefore)} only in the first run, ${rows(verdict.onlyAfter)} only in this one${verdict.isCut ? '. Only the first rows of more were kept, and which those are may differ each time' : ''}`
    case 'columns-differ': return 'differs: the columns are others'
    case 'missing': return 'differs: only one of the two runs has it'
    case 'not-compared': return `not compared. ${verdict.message}`
  }
}
