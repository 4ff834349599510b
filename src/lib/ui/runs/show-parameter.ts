/** The value of a parameter or an input, in words. */
import type { ParameterValue } from '#lib/domain/parameter.ts'

/** Undefined: the run was not given it. */
export const showParameter = (value: ParameterValue | undefined): string => (value === undefined ? '(not given)' : value === null ? '(empty)' : value === '' ? '(empty text)' : String(value))
