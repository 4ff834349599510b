/**
 * Hide trace: of an error, what went wrong is for all who may read; where it did (paths of the machine, lines of libraries
 * and of cells that are gone) is for those who may run, who could see it for themselves. Pure.
 */
import { can } from './access.ts'
import type { FeedRow, Output } from './feed.ts'
import type { Role } from './member.ts'

/** What a function of Python's said within Spark comes with its own trace in the message; its last line is what went wrong. */
export const withoutTraceback = (message: string): string => message.replace(/(^[ \t]*|: )Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n)*/gm, '$1')

export function outputFor(role: Role, output: Output): Output {
  if (output.kind !== 'error' || can(role, 'trace:read')) return output
  return { kind: 'error', name: output.name, message: withoutTraceback(output.message), frames: [], jvmTrace: null }
}

export const outputsFor = <Shown extends { output: Output }>(role: Role, shown: readonly Shown[]): Shown[] =>
  shown.map((one) => ({ ...one, output: outputFor(role, one.output) }))

export function rowFor(role: Role, row: FeedRow): FeedRow {
  const { event } = row
  if (event.kind === 'output.added') return { ...row, event: { ...event, output: outputFor(role, event.output) } }
  return event.kind === 'run.changed' && event.reason !== null ? { ...row, event: { ...event, reason: withoutTraceback(event.reason) } } : row
}
