/**
 * What people may ask of a notebook's kernel, and their answers. Completion and a look at a name may run properties
 * of the objects that are asked about, so they are code that somebody runs: only who may run cells may ask. The list of
 * variables runs nothing; names, types and shapes are for every member who reads the notebook, the values' previews
 * for those who could print them. A guest of a link sees what was shown in cells, and no more.
 *
 * A kernel that is busy or absent gives an empty answer, never an error: people type on.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { can } from '#lib/domain/access.ts'
import type { KernelFeedState } from '#lib/domain/feed.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Catalog, Completions, Inspection, KernelQuestion, Variables } from '#lib/domain/kernel-question.ts'
import type { Actor } from '../auth/actor.ts'
import { readKernelState } from '../runs/read-outputs.ts'
import type { Database } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import type { KernelLine } from './kernel-line.ts'

export interface AskDeps { db: Database; kernelLine: KernelLine }

/** `answer` is null when the kernel is not at rest or did not answer in time. */
export interface Answered<T> {
  kernel: KernelFeedState
  answer: T | null
}

const TYPING_MS = 1000
const LOOKING_MS = 2000

type Asking<T> = Promise<Outcome<Answered<T>, AuthorizeRefusal>>
interface AtCursor { notebookId: string; code: string; cursor: number }

export const completeCode = (deps: AskDeps, actor: Actor | null, { notebookId, code, cursor }: AtCursor): Asking<Completions> =>
  askAsRunner(deps, actor, notebookId, { kind: 'complete', code, cursor: Math.min(cursor, code.length) }, TYPING_MS)

export const inspectCode = (deps: AskDeps, actor: Actor | null, { notebookId, code, cursor }: AtCursor): Asking<Inspection> =>
  askAsRunner(deps, actor, notebookId, { kind: 'inspect', code, cursor: Math.min(cursor, code.length) }, TYPING_MS)

export const readCatalog = (deps: AskDeps, actor: Actor | null, { notebookId }: { notebookId: string }): Asking<Catalog> =>
  askAsRunner(deps, actor, notebookId, { kind: 'catalog' }, LOOKING_MS)

export async function readVariables(deps: AskDeps, actor: Actor | null, { notebookId }: { notebookId: string }): Asking<Variables> {
  const forMembers = refuse('not-allowed', 'Variables are for members of the workspace. Sign in to see them.')
  if (actor?.kind === 'guest') return forMembers
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  // Somebody with an account, and here by a link.
  if (allowed.value.shareId !== null) return forMembers
  const found = await ask<Variables>(deps, allowed.value.id, { kind: 'variables' }, LOOKING_MS)
  if (can(allowed.value.role, 'run:request') || found.answer === null) return accept(found)
  return accept({ ...found, answer: { ...found.answer, variables: found.answer.variables.map((one) => ({ ...one, preview: null })) } })
}

async function askAsRunner<T>(deps: AskDeps, actor: Actor | null, notebookId: string, question: KernelQuestion, withinMs: number): Asking<T> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'run:request')
  return allowed.ok ? accept(await ask<T>(deps, allowed.value.id, question, withinMs)) : allowed
}

async function ask<T>(deps: AskDeps, notebookId: NotebookId, question: KernelQuestion, withinMs: number): Promise<Answered<T>> {
  const { state } = await readKernelState(deps.db, notebookId)
  // A kernel at work would answer when its cell is over, which is no answer to somebody who types.
  const answer = state === 'idle' ? ((await deps.kernelLine.ask(notebookId, question, withinMs)) as T | null) : null
  return { kernel: state, answer }
}
