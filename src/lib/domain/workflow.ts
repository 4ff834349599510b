/** Workflow: notebooks as steps of a directed graph without cycles. A workflow run keeps its own copy of the steps. */
import type { NotebookId, RunId, WorkflowId } from './ids.ts'
import type { RunState } from './run.ts'

export const WORKFLOW_RUN_STATES = ['running', 'succeeded', 'failed', 'cancelled'] as const
export type WorkflowRunState = (typeof WORKFLOW_RUN_STATES)[number]

export const STEP_STATES = ['waiting', 'running', 'succeeded', 'failed', 'skipped', 'cancelled'] as const
export type StepState = (typeof STEP_STATES)[number]

export interface Step {
  /** A short name, unique in the workflow, such as `clean`. */
  key: string
  notebookId: NotebookId
  /** Keys of the steps that must succeed first. */
  dependsOn: string[]
}

export interface StepRun extends Step {
  state: StepState
  reason: string | null
  runId: RunId | null
}

export interface WorkflowRun {
  id: string
  workflowId: WorkflowId
  state: WorkflowRunState
  requestedBy: { id: string; name: string } | null
  /** The failed run that this one goes on from. */
  rerunOf: string | null
  startedAt: string
  finishedAt: string | null
  steps: StepRun[]
}

export interface Workflow {
  id: WorkflowId
  name: string
  steps: Step[]
  lastRun: Pick<WorkflowRun, 'id' | 'state' | 'startedAt' | 'finishedAt'> | null
}

/** The state of a step from the state of its run. */
export function stepStateFrom(run: RunState): StepState {
  if (run === 'succeeded' || run === 'failed' || run === 'cancelled') return run
  return run === 'lost' ? 'failed' : 'running'
}
