/** Run cancel: the sentence that says who cancelled a run, and the name in it. */
export const describeCancel = (name: string): string => `Cancelled by ${name}.`

/** Null for any other reason. */
export const cancelledBy = (reason: string | null): string | null => /^Cancelled by (.+)\.$/s.exec(reason ?? '')?.[1] ?? null
