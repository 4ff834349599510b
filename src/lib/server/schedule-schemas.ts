/** Schemas of schedules and workflows, for the API's routes and its document. */
import { z } from 'zod'
import { LIMIT_MAX_SECONDS } from '#lib/domain/run-limit.ts'
import { RUN_STATES } from '#lib/domain/run.ts'
import { CATCH_UPS, OVERLAPS, TICK_STATES } from '#lib/domain/schedule.ts'
import { STEP_STATES, WORKFLOW_RUN_STATES } from '#lib/domain/workflow.ts'
import { instant } from './api-schemas.ts'

const person = z.object({ id: z.string(), name: z.string() })

export const cronField = z.string().max(20_000).meta({ description: 'Five fields: minute, hour, day of the month, month, day of the week.', example: '0 9 * * 1-5' })
export const zoneField = z.string().max(100).meta({ description: 'An IANA time zone.', example: 'Europe/Oslo' })
export const catchUpField = z.enum(CATCH_UPS).meta({ description: 'After a downtime: no run, one run for the newest tick, or all (at most 100).' })
export const overlapField = z.enum(OVERLAPS).meta({ description: 'While the run before still goes: let one wait, or skip.' })
export const limitField = z.int().min(1).max(LIMIT_MAX_SECONDS).nullable().meta({ description: 'Seconds. What goes on for longer is stopped and has failed.' })
export const cellField = z.string().max(64).nullable().meta({ description: 'One cell, or null for the whole notebook.' })

const tick = z.object({ dueAt: instant, state: z.enum(TICK_STATES), reason: z.string().nullable(), runId: z.uuid().nullable(), runState: z.enum(RUN_STATES).nullable() }).meta({ id: 'Tick' })

export const scheduleSchema = z.object({
  id: z.uuid(), notebookId: z.uuid(), notebookTitle: z.string(), cellId: cellField, cron: z.string(), zone: z.string(),
  sentence: z.string().meta({ description: 'The cron text in words.' }),
  catchUp: catchUpField, overlap: overlapField, timeoutSeconds: limitField, cellTimeoutSeconds: limitField, isPaused: z.boolean(), pauseReason: z.string().nullable(),
  owner: person.nullable().meta({ description: 'It runs with this person’s current rights.' }), nextDueAt: instant.nullable(), lastTick: tick.nullable(),
}).meta({ id: 'Schedule' })

export const scheduleWithTicksSchema = scheduleSchema.extend({
  next: z.array(instant).meta({ description: 'The next five instants.' }), ticks: z.array(tick).meta({ description: 'The newest 200, newest first.' }),
}).meta({ id: 'ScheduleWithTicks' })

export const previewSchema = z.object({
  cron: z.string(), zone: z.string(), sentence: z.string(), next: z.array(instant),
  notes: z.array(z.string()).meta({ description: 'What summer time does to it within a year.' }),
  problem: z.object({ field: z.enum(['cron', 'zone']), sentence: z.string() }).nullable().meta({ description: 'What to change before it can be saved.' }),
}).meta({ id: 'SchedulePreview' })

const stepShape = { key: z.string().max(60).meta({ description: 'A short name, unique in the workflow.', example: 'clean' }), notebookId: z.uuid(), dependsOn: z.array(z.string().max(60)).max(50) }
export const stepField = z.strictObject(stepShape).meta({ id: 'Step' })
export const stepsField = z.array(stepField).max(200)

const stepRun = z.object({ ...stepShape, state: z.enum(STEP_STATES), reason: z.string().nullable(), runId: z.uuid().nullable() }).meta({ id: 'StepRun' })

export const workflowRunSchema = z.object({
  id: z.uuid(), workflowId: z.uuid(), state: z.enum(WORKFLOW_RUN_STATES), requestedBy: person.nullable(), rerunOf: z.uuid().nullable(),
  startedAt: instant, finishedAt: instant.nullable(), steps: z.array(stepRun),
}).meta({ id: 'WorkflowRun' })

export const workflowSchema = z.object({
  id: z.uuid(), name: z.string(), steps: z.array(stepField),
  lastRun: z.object({ id: z.uuid(), state: z.enum(WORKFLOW_RUN_STATES), startedAt: instant, finishedAt: instant.nullable() }).nullable(),
}).meta({ id: 'Workflow' })

export const workflowWithRunsSchema = workflowSchema.extend({ runs: z.array(workflowRunSchema) }).meta({ id: 'WorkflowWithRuns' })
