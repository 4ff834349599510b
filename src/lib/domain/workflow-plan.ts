/**
 * The workflow plan. Pure: checks that steps make a graph without cycles, says which steps may start now,
 * which can never start, and how the whole ended. `server/workflows/advance-workflow-run.ts` carries it out.
 *
 * [WF1] A step starts only when every step it depends on has succeeded.
 * [WF2] What depends on a step that did not succeed is skipped; other branches go on.
 * [WF3] The run ends when no step is waiting or running, and it succeeded only if every step did.
 */
import { accept, refuse, type Outcome } from './outcome.ts'
import type { Step, StepState, WorkflowRunState } from './workflow.ts'

export const STEPS_MAX = 50
export const WORKFLOW_NAME_MAX = 100
const keyPattern = /^[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?$/

export type PlanProblem = 'workflow-invalid' | 'workflow-cycle'

export function checkWorkflowName(text: string): Outcome<string, 'workflow-invalid'> {
  const name = text.trim()
  if (name !== '' && name.length <= WORKFLOW_NAME_MAX) return accept(name)
  return refuse('workflow-invalid', `Give the workflow a name of at most ${WORKFLOW_NAME_MAX} characters.`)
}

export function checkSteps<S extends Step>(steps: readonly S[]): Outcome<readonly S[], PlanProblem> {
  const problem = problemOf(steps)
  if (problem !== null) return refuse('workflow-invalid', problem)
  const cycle = findCycle(steps)
  if (cycle === null) return accept(steps)
  return refuse('workflow-cycle', `These steps wait for each other: ${[...cycle, cycle[0]].join(' → ')}. Take one of the dependencies away.`)
}

function problemOf(steps: readonly Step[]): string | null {
  if (steps.length > STEPS_MAX) return `A workflow has at most ${STEPS_MAX} steps.`
  const keys = new Set<string>()
  for (const { key } of steps) {
    if (!keyPattern.test(key)) return `“${key}” cannot be a step's name: use small letters, digits and dashes, at most 40.`
    if (keys.has(key)) return `Two steps are called “${key}”. Give each its own name.`
    keys.add(key)
  }
  for (const step of steps) {
    const missing = step.dependsOn.find((key) => !keys.has(key))
    if (missing !== undefined) return `Step “${step.key}” depends on “${missing}”, which is not a step here.`
  }
  return null
}

/** One cycle as keys in the order "depends on", or null. A step that depends on itself is a cycle of one. */
export function findCycle(steps: readonly Pick<Step, 'key' | 'dependsOn'>[]): string[] | null {
  const dependsOn = new Map(steps.map((step) => [step.key, step.dependsOn]))
  const isDone = new Set<string>()
  const path: string[] = []
  const visit = (key: string): string[] | null => {
    const at = path.indexOf(key)
    if (at !== -1) return path.slice(at)
    if (isDone.has(key)) return null
    path.push(key)
    for (const next of dependsOn.get(key) ?? []) {
      const cycle = visit(next)
      if (cycle !== null) return cycle
    }
    path.pop()
    isDone.add(key)
    return null
  }
  for (const { key } of steps) {
    const cycle = visit(key)
    if (cycle !== null) return cycle
  }
  return null
}

export interface Advance {
  start: string[]
  skip: { key: string; because: string }[]
  /** The end state, or null while something is still to be done. */
  end: Exclude<WorkflowRunState, 'running'> | null
}

type Progress = Pick<Step, 'key' | 'dependsOn'> & { state: StepState }

const STOPS: ReadonlySet<StepState> = new Set(['failed', 'skipped', 'cancelled'])

export function advance(steps: readonly Progress[]): Advance {
  const states = new Map(steps.map((step) => [step.key, step.state]))
  const skip: Advance['skip'] = []
  for (let changed = true; changed;) {
    changed = false
    for (const step of steps) {
      if (states.get(step.key) !== 'waiting') continue
      const because = step.dependsOn.find((key) => STOPS.has(states.get(key) ?? 'failed'))
      if (because === undefined) continue
      states.set(step.key, 'skipped')
      skip.push({ key: step.key, because })
      changed = true
    }
  }
  const start = steps
    .filter((step) => states.get(step.key) === 'waiting' && step.dependsOn.every((key) => states.get(key) === 'succeeded'))
    .map((step) => step.key)
  return { start, skip, end: endOf([...states.values()]) }
}

function endOf(states: readonly StepState[]): Advance['end'] {
  if (states.some((state) => state === 'waiting' || state === 'running')) return null
  if (states.some((state) => state === 'failed')) return 'failed'
  return states.some((state) => state === 'cancelled' || state === 'skipped') ? 'cancelled' : 'succeeded'
}

/** The column of each step in a drawing: one more than the furthest of those it depends on. Steps must be free of cycles. */
export function layerSteps(steps: readonly Pick<Step, 'key' | 'dependsOn'>[]): Map<string, number> {
  const byKey = new Map(steps.map((step) => [step.key, step]))
  const layers = new Map<string, number>()
  const layerOf = (key: string): number => {
    const known = layers.get(key)
    if (known !== undefined) return known
    const layer = Math.max(-1, ...(byKey.get(key)?.dependsOn ?? []).map(layerOf)) + 1
    layers.set(key, layer)
    return layer
  }
  for (const { key } of steps) layerOf(key)
  return layers
}
