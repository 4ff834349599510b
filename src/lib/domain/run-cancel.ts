/** Run cancel: the sentence that says who cancelled a run, and the name in it; and what an Interrupt left. */
export const describeCancel = (name: string): string => `Cancelled by ${name}.`

/** Null for any other reason. */
export const cancelledBy = (reason: string | null): string | null => /^Cancelled by (.+)\.$/s.exec(reason ?? '')?.[1] ?? null

/** For who interrupted: whose runs wait on, one name a run; null where it is not known. */
export function describeLeft(owners: readonly (string | null)[]): string {
  const names = [...new Set(owners.map((name) => name ?? 'somebody else'))]
  const told = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} others`] : names
  const list = told.length === 1 ? told[0]! : `${told.slice(0, -1).join(', ')} and ${told.at(-1)!}`
  return `Still in line: ${owners.length === 1 ? '1 run' : `${owners.length} runs`} of ${list}.`
}
