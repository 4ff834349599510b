/** Editing the steps of a workflow, and where its drawing puts them. */
import { describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import { addStep, changeNotebook, removeStep, renameStep, stepNameFrom, toggleDependency } from '#lib/ui/workflow/edit-steps.ts'
import { drawSteps } from '#lib/ui/workflow/graph-geometry.ts'

const step = (key: string, ...dependsOn: string[]) => ({ key, notebookId: 'n' as NotebookId, dependsOn })

describe('editing steps', () => {
  it('a new step is named after its notebook, unlike the others, and follows the last one', () => {
    const one = addStep([], { id: 'n1', title: 'Lade Daten (März)' })
    expect(one).toEqual([{ key: 'lade-daten-marz', notebookId: 'n1', dependsOn: [] }])
    expect(addStep(one, { id: 'n1', title: 'Lade Daten (März)' })[1]).toEqual({ key: 'lade-daten-marz-2', notebookId: 'n1', dependsOn: ['lade-daten-marz'] })
    expect(stepNameFrom('日本', [])).toBe('step')
  })
  it('another notebook brings its name along, unless a person has named the step', () => {
    const steps = [{ ...step('load-orders'), notebookId: 'n1' as NotebookId }, step('b', 'load-orders')]
    expect(changeNotebook(steps, 'load-orders', { id: 'n2', title: 'Load returns' }, 'Load orders').map(({ key, dependsOn }) => [key, dependsOn])).toEqual([['load-returns', []], ['b', ['load-returns']]])
    expect(changeNotebook(steps, 'b', { id: 'n2', title: 'Load returns' }, 'Load orders')[1]).toMatchObject({ key: 'b', notebookId: 'n2' })
  })
  it('a new name follows everywhere', () => {
    expect(renameStep([step('a'), step('b', 'a')], 'a', 'load')).toEqual([step('load'), step('b', 'load')])
  })
  it('the name of another step is not taken, so that the two stay two', () => {
    expect(renameStep([step('a'), step('b', 'a')], 'b', 'a')).toEqual([step('a'), step('b', 'a')])
  })
  it('taking a step out joins what was around it', () => {
    expect(removeStep([step('a'), step('b', 'a'), step('c', 'b', 'a')], 'b')).toEqual([step('a'), step('c', 'a')])
  })
  it('a dependency is put on and taken off', () => {
    const on = toggleDependency([step('a'), step('b')], 'b', 'a')
    expect(on[1]!.dependsOn).toEqual(['a'])
    expect(toggleDependency(on, 'b', 'a')[1]!.dependsOn).toEqual([])
  })
})

describe('the drawing', () => {
  it('puts a diamond in three columns without overlap, and a line for each dependency', () => {
    const { boxes, lines, width, height } = drawSteps([step('a'), step('b', 'a'), step('c', 'a'), step('d', 'b', 'c')])
    expect(new Set(boxes.map((box) => box.x)).size).toBe(3)
    expect(new Set(boxes.map((box) => `${box.x} ${box.y}`)).size).toBe(4)
    expect(lines.map((line) => `${line.from}>${line.to}`)).toEqual(['a>b', 'a>c', 'b>d', 'c>d'])
    for (const box of boxes) expect(box.x >= 0 && box.x < width && box.y >= 0 && box.y < height).toBe(true)
  })
  it('stands even with a cycle or an unknown step while it is edited', () => {
    expect(drawSteps([step('a', 'b'), step('b', 'a', 'ghost')])).toMatchObject({ boxes: [{ key: 'a' }, { key: 'b' }], lines: [] })
    expect(drawSteps([]).boxes).toEqual([])
  })
})
