/** Who or what asked for a run, and how long it took, in words. */
import type { RunCause, RunScope } from '#lib/domain/run.ts'
import { span } from '../run/describe-run.ts'

export function describeCause(run: { cause: RunCause; requestedBy: { name: string } | null }): string {
  const name = run.requestedBy?.name
  if (run.cause === 'schedule') return name === undefined ? 'Schedule' : `Schedule of ${name}`
  if (run.cause === 'workflow') return name === undefined ? 'Workflow' : `Workflow by ${name}`
  if (run.cause === 'api') return name === undefined ? 'API' : `${name} by API`
  return name ?? 'Someone who has left'
}

export function describeScope(scope: RunScope, cells: number): string {
  if (scope.kind === 'cell') return 'one cell'
  if (scope.kind === 'whole-result') return 'all rows of a table'
  const count = cells === 1 ? '1 cell' : `${cells} cells`
  return { all: `whole notebook, ${count}`, cells: `${count} chosen`, above: `${count} above`, below: `${count} from here on`, to: `${count} down to here`, stale: `${count} that ${cells === 1 ? 'was' : 'were'} stale` }[scope.kind]
}

/** From its start to its end, or to now; null when it has not begun. */
export function describeSpan(run: { startedAt: string | null; finishedAt: string | null }, now: number): string | null {
  if (run.startedAt === null) return null
  return span(Math.max(0, (run.finishedAt === null ? now : Date.parse(run.finishedAt)) - Date.parse(run.startedAt)))
}
