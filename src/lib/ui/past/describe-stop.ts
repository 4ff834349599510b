/** A stop of the slider in words. */
import { STOPS_OF_EACH, type Stop } from '#lib/domain/past.ts'
import { instantName } from '../compare/describe-comparison.ts'
import { formatCount } from '../result/show-value.ts'
import { describeCause } from '../runs/describe-origin.ts'

const STATES = { succeeded: 'succeeded', failed: 'failed', cancelled: 'was cancelled', lost: 'was lost' } as const

export function describeStop(stop: Stop): string {
  if (stop.kind === 'version') {
    if (stop.name !== null) return `Version “${stop.name}”`
    return stop.people.length === 0 ? 'Text as it was made' : `Text by ${stop.people.join(', ')}`
  }
  const cells = stop.cells === 1 ? '1 cell' : `${stop.cells} cells`
  return `Run of ${cells} ${STATES[stop.state]}, asked by ${describeCause({ cause: stop.cause, requestedBy: stop.by === null ? null : { name: stop.by } })}`
}

export const nameStop = (stop: Stop): string => `${instantName(stop.at)}: ${describeStop(stop)}`

/** Null where the slider has a stop for everything. */
export function describeCut(cut: readonly Stop['kind'][]): string | null {
  if (cut.length === 0) return null
  const kinds = cut.map((kind) => `${formatCount(STOPS_OF_EACH)} ${kind === 'run' ? 'runs' : 'versions'}`).join(' and the newest ')
  return `The slider stops at the newest ${kinds}. The address takes any earlier instant too.`
}
