/** What the browser asks about schedules. */
import type { Outcome } from '#lib/domain/outcome.ts'
import type { CatchUp, Overlap, Schedule, Tick } from '#lib/domain/schedule.ts'
import { callApi } from '#lib/live/api.ts'

export interface SchedulePreview {
  cron: string
  zone: string
  sentence: string
  next: string[]
  notes: string[]
  /** What must be changed before it can be saved; then the rest is empty. */
  problem: { field: 'cron' | 'zone'; sentence: string } | null
}

export interface ScheduleFields {
  cron: string
  zone: string
  catchUp: CatchUp
  overlap: Overlap
  timeoutSeconds: number | null
  cellTimeoutSeconds: number | null
}

export const previewSchedule = (cron: string, zone: string): Promise<Outcome<SchedulePreview>> => callApi('POST', '/schedules/preview', { cron, zone })

export const createSchedule = (workspaceId: string, body: { notebookId: string; cellId: string | null } & Pick<ScheduleFields, 'cron' | 'zone'> & Partial<ScheduleFields>): Promise<Outcome<Schedule>> =>
  callApi('POST', `/workspaces/${workspaceId}/schedules`, body)

export const updateSchedule = (id: string, body: Partial<ScheduleFields> & { isPaused?: boolean }): Promise<Outcome<Schedule>> => callApi('PATCH', `/schedules/${id}`, body)

export const deleteSchedule = (id: string): Promise<Outcome<unknown>> => callApi('DELETE', `/schedules/${id}`)

export const runScheduleNow = (id: string): Promise<Outcome<{ runId: string }>> => callApi('POST', `/schedules/${id}/run`)

export const readTicks = (id: string): Promise<Outcome<{ ticks: Tick[] }>> => callApi('GET', `/schedules/${id}`)

export const listNotebookSchedules = (workspaceId: string, notebookId: string): Promise<Outcome<Schedule[]>> =>
  callApi('GET', `/workspaces/${workspaceId}/schedules?notebook=${notebookId}`)
