/** Tasks `start-compute`, `stop-compute`, `restart-compute` and `forget-compute`: what a person asked for on the compute page or by the API. */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { ComputeId } from '#lib/domain/ids.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ computeId: z.uuid() })
const idFrom = (payload: unknown): ComputeId => payloadSchema.parse(payload).computeId as ComputeId

export const startComputeTask = (deps: WorkerDeps): Task => (payload) => deps.computes.start(idFrom(payload))
export const stopComputeTask = (deps: WorkerDeps): Task => (payload) => deps.computes.stop(idFrom(payload))
/** The row says that what is there is to end; who starts it sees to that. */
export const restartComputeTask = startComputeTask
export const forgetComputeTask = (deps: WorkerDeps): Task => (payload) => deps.computes.forget(idFrom(payload))
