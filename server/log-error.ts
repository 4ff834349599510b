/**
 * What the log tells of an error. The words of a query may be read by every operator, what somebody wrote may not: drizzle
 * puts the values of a failed query into its message, and Postgres the row that a rule refused into its detail.
 */
import pino from 'pino'

const VALUES = '\nparams: '
/** Of an error of Postgres: they quote the row. */
const QUOTING = ['params', 'parameters', 'args', 'detail', 'where', 'internalQuery']

export const describeError = (error: unknown): unknown => (error instanceof Error ? pino.stdSerializers.err(withoutContent(error)) : error)

/** A plain copy: some errors let nobody write their message (a DOMException, which every timeout is), and a log must not throw. */
function withoutContent(error: Error, above: readonly Error[] = []): Error {
  const path = [...above, error]
  const told = (value: unknown): unknown => (value instanceof Error ? (path.includes(value) ? undefined : withoutContent(value, path)) : value)
  const message = 'params' in error ? (error.message.split(VALUES)[0] ?? '') : error.message
  const bare: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(error)) if (!QUOTING.includes(key)) bare[key] = told(value)
  // The stack begins with the message.
  Object.assign(bare, { message, stack: (error.stack ?? '').replace(error.message, () => message) })
  if (error.cause !== undefined) bare.cause = told(error.cause)
  if (!['Error', error.constructor.name].includes(error.name)) bare.name = error.name
  // Looked at, not listed: these two are no fields of an error.
  const { errors } = error as { errors?: unknown }
  const hidden = { constructor: error.constructor, ...(Array.isArray(errors) && { errors: errors.map(told) }) }
  for (const [key, value] of Object.entries(hidden)) Object.defineProperty(bare, key, { value, enumerable: false, configurable: true })
  return bare as unknown as Error
}
