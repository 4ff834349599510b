/**
 * Outcome: the value a rule returns. A refusal is expected and carries a kebab-case reason
 * and a sentence for the person; a bug throws instead.
 */
export type Refusal<R extends string = string> = { ok: false; reason: R; message: string }
export type Outcome<T, R extends string = string> = { ok: true; value: T } | Refusal<R>

export const accept = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })

export const refuse = <R extends string>(reason: R, message: string): Refusal<R> => ({ ok: false, reason, message })
