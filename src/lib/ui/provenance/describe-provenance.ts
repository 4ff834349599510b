/** Where an output came from, in words. */
import type { InputNow, LinkState, ProvenanceState } from '#lib/domain/provenance.ts'

export interface ProvenanceWords {
  label: string
  sentence: string
  isWarning: boolean
}

const WORDS: Record<ProvenanceState, ProvenanceWords> = {
  'fresh': { label: 'Fresh', sentence: 'The code, the cells that it builds on and every table that it read are as they were.', isWarning: false },
  'code-changed': { label: 'Changed since', sentence: 'The text of the cell was changed after this run.', isWarning: true },
  'parameters-changed': { label: 'Inputs changed', sentence: 'An input of the notebook was changed after this run.', isWarning: true },
  'cells-changed': { label: 'Cells above changed', sentence: 'A cell that it builds on was changed or run again after this run.', isWarning: true },
  'inputs-moved': { label: 'Inputs moved on', sentence: 'A table that was read has another version now.', isWarning: true },
  'not-tracked': { label: 'Not tracked', sentence: 'Whether this still stands cannot be told: not all that it was made of is known.', isWarning: false },
}

export function describeProvenance(state: ProvenanceState, tables: number): ProvenanceWords {
  return state === 'not-tracked' && tables > 0 ? { ...WORDS[state], label: 'Partly tracked' } : WORDS[state]
}

export const LINK_WORDS: Record<LinkState, string> = {
  same: 'as it was',
  changed: 'its text was changed since',
  'ran-again': 'run again since',
  gone: 'deleted since',
}

/** `Version 3, as it is now`, `Version 3 then, 5 now`. */
export function describeInput({ version, newest, state, isFixed, isSure }: InputNow): string {
  const then = `Version ${version}${isSure ? '' : ' or its neighbour'}`
  if (state === 'gone') return `${then}; it is gone now`
  if (state === 'remade') return `${then}; another table has its place now`
  if (isFixed) return `${then}, as the code asks for`
  return state === 'same' ? `${then}, as it is now` : `${then} then, ${newest} now`
}
