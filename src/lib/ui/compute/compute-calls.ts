/** What the browser asks about computes, and a compute as it is shown. */
import type { ComputeKind, ComputeState } from '#lib/domain/compute.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import { callApi } from '#lib/live/api.ts'

export interface Compute {
  id: string
  name: string
  kind: ComputeKind
  url: string | null
  hasToken: boolean
  state: ComputeState
  reason: string | null
  isDefault: boolean
  isGiven: boolean
  memoryMb: number | null
  cores: number | null
  idleMinutes: number | null
  pagesUrl: string | null
  hasPages: boolean
  startedAt: string | null
  lastUsedAt: string | null
}

/** What the installation gives a compute that says nothing of its own. */
export interface Installation { memory: string; cores: number; idleMinutes: number }

export interface ComputeFields {
  name?: string
  memoryMb?: number | null
  cores?: number | null
  idleMinutes?: number | null
  url?: string
  pagesUrl?: string | null
}

export interface NotebookCompute { chosenId: string | null; computeId: string; name: string; kernelComputeId: string | null; needsRestart: boolean }

export const listComputes = (workspaceId: string): Promise<Outcome<Compute[]>> => callApi('GET', `/workspaces/${workspaceId}/computes`)

export const createCompute = (workspaceId: string, body: ComputeFields & { name: string; kind: ComputeKind }): Promise<Outcome<Compute>> => callApi('POST', `/workspaces/${workspaceId}/computes`, body)

export const editCompute = (id: string, body: ComputeFields & { isDefault?: true }): Promise<Outcome<Compute>> => callApi('PATCH', `/computes/${id}`, body)

export const deleteCompute = (id: string, movesNotebooks: boolean): Promise<Outcome<unknown>> => callApi('DELETE', `/computes/${id}?notebooks=${movesNotebooks ? 'move' : 'keep'}`)

export const askCompute = (id: string, what: 'start' | 'stop' | 'restart'): Promise<Outcome<Compute>> => callApi('POST', `/computes/${id}/${what}`)

export const readNotebookCompute = (notebookId: string): Promise<Outcome<NotebookCompute>> => callApi('GET', `/notebooks/${notebookId}/compute`)

export const chooseCompute = (notebookId: string, computeId: string | null): Promise<Outcome<NotebookCompute>> => callApi('PUT', `/notebooks/${notebookId}/compute`, { computeId })
