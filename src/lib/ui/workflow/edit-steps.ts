/** Edits of a workflow's list of steps, as values. Pure. */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Step } from '#lib/domain/workflow.ts'

/** A step's name made from a notebook's title, unlike the others: `Clean data` → `clean-data`, `clean-data-2`. */
export function stepNameFrom(title: string, taken: readonly string[]): string {
  const base = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 34).replace(/^-+|-+$/g, '') || 'step'
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`
    if (!taken.includes(name)) return name
  }
}

/** A new step after the last one: what most people mean. */
export function addStep(steps: readonly Step[], notebook: { id: string; title: string }): Step[] {
  const keys = steps.map((step) => step.key)
  const last = keys.at(-1)
  return [...steps, { key: stepNameFrom(notebook.title, keys), notebookId: notebook.id as NotebookId, dependsOn: last === undefined ? [] : [last] }]
}

/** Another notebook for a step. A name that was made from the old notebook's title follows; one that a person gave stays. */
export function changeNotebook(steps: readonly Step[], key: string, to: { id: string; title: string }, oldTitle: string): Step[] {
  const others = steps.map((step) => step.key).filter((other) => other !== key)
  const changed = steps.map((step) => (step.key === key ? { ...step, notebookId: to.id as NotebookId } : step))
  return key === stepNameFrom(oldTitle, others) ? renameStep(changed, key, stepNameFrom(to.title, others)) : changed
}

/** A new name follows everywhere the old one stands. Another step's name is not taken: the two could not be told apart any more. */
export const renameStep = (steps: readonly Step[], from: string, to: string): Step[] =>
  steps.some((step) => step.key === to) ? [...steps] : steps.map((step) => ({ ...step, key: step.key === from ? to : step.key, dependsOn: step.dependsOn.map((key) => (key === from ? to : key)) }))

/** What depended on a removed step now depends on what that one depended on. */
export function removeStep(steps: readonly Step[], gone: string): Step[] {
  const heirs = steps.find((step) => step.key === gone)?.dependsOn ?? []
  return steps.filter((step) => step.key !== gone).map((step) => ({
    ...step,
    dependsOn: step.dependsOn.includes(gone) ? [...new Set([...step.dependsOn.filter((key) => key !== gone), ...heirs])] : step.dependsOn,
  }))
}

export const toggleDependency = (steps: readonly Step[], key: string, on: string): Step[] =>
  steps.map((step) => (step.key !== key ? step : { ...step, dependsOn: step.dependsOn.includes(on) ? step.dependsOn.filter((other) => other !== on) : [...step.dependsOn, on] }))
