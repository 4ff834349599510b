/** The workflow plan: graphs are checked, steps start in order, what follows a failure is skipped. */
import { describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import { advance, checkSteps, checkWorkflowName, layerSteps, STEPS_MAX } from '#lib/domain/workflow-plan.ts'
import { stepStateFrom, type StepState } from '#lib/domain/workflow.ts'

const step = (key: string, ...dependsOn: string[]) => ({ key, notebookId: 'n' as NotebookId, dependsOn })
const at = (key: string, state: StepState, ...dependsOn: string[]) => ({ key, state, dependsOn })

describe('checkSteps', () => {
  it('takes a diamond, and an empty workflow', () => {
    expect(checkSteps([step('load'), step('clean', 'load'), step('stats', 'load'), step('report', 'clean', 'stats')]).ok).toBe(true)
    expect(checkSteps([]).ok).toBe(true)
  })

  it('refuses a cycle and names it', () => {
    expect(checkSteps([step('load'), step('a', 'load', 'c'), step('b', 'a'), step('c', 'b')])).toEqual({
      ok: false, reason: 'workflow-cycle', message: 'These steps wait for each other: a → c → b → a. Take one of the dependencies away.',
    })
    expect(checkSteps([step('self', 'self')])).toMatchObject({ reason: 'workflow-cycle', message: expect.stringContaining('self → self') })
  })

  it.each([
    ['an unknown dependency', [step('a', 'ghost')], /depends on “ghost”, which is not a step/],
    ['two steps of one name', [step('a'), step('a')], /Two steps are called “a”/],
    ['a name that is no key', [step('Clean Up!')], /small letters/],
    ['a name that objects already have', [step('__proto__')], /small letters/],
    ['too many steps', Array.from({ length: STEPS_MAX + 1 }, (_, i) => step(`s${i}`)), /at most 50 steps/],
  ])('refuses %s with a sentence', (_, steps, sentence) => {
    const outcome = checkSteps(steps)
    expect(outcome).toMatchObject({ ok: false, reason: 'workflow-invalid' })
    expect(outcome.ok ? '' : outcome.message).toMatch(sentence)
  })

  it('is not confused by steps called like properties of every object', () => {
    expect(checkSteps([step('constructor'), step('tostring', 'constructor')]).ok).toBe(true)
  })
})

describe('advance', () => {
  it('[WF1] starts what has nothing to wait for, then what has all it waited for', () => {
    expect(advance([at('a', 'waiting'), at('b', 'waiting'), at('c', 'waiting', 'a', 'b')])).toEqual({ start: ['a', 'b'], skip: [], end: null })
    expect(advance([at('a', 'succeeded'), at('b', 'running'), at('c', 'waiting', 'a', 'b')])).toEqual({ start: [], skip: [], end: null })
    expect(advance([at('a', 'succeeded'), at('b', 'succeeded'), at('c', 'waiting', 'a', 'b')])).toEqual({ start: ['c'], skip: [], end: null })
  })

  it('[WF2] skips everything behind a failure, in any order of the list, and lets other branches go on', () => {
    const steps = [at('last', 'waiting', 'after'), at('after', 'waiting', 'bad'), at('bad', 'failed'), at('other', 'running'), at('more', 'waiting', 'other')]
    expect(advance(steps)).toEqual({ start: [], skip: [{ key: 'after', because: 'bad' }, { key: 'last', because: 'after' }], end: null })
  })

  it('[WF3] ends as failed, cancelled or succeeded', () => {
    expect(advance([at('a', 'succeeded'), at('b', 'succeeded', 'a')]).end).toBe('succeeded')
    expect(advance([at('a', 'failed'), at('b', 'waiting', 'a'), at('c', 'cancelled')]).end).toBe('failed')
    expect(advance([at('a', 'cancelled'), at('b', 'waiting', 'a')]).end).toBe('cancelled')
    expect(advance([]).end).toBe('succeeded')
  })
})

describe('drawing and names', () => {
  it('puts each step one column after the last it waits for', () => {
    const layers = layerSteps([step('report', 'clean', 'load'), step('clean', 'load'), step('load'), step('alone')])
    expect(Object.fromEntries(layers)).toEqual({ load: 0, clean: 1, report: 2, alone: 0 })
  })
  it('a lost run is a failed step', () => {
    expect([stepStateFrom('lost'), stepStateFrom('cancelling'), stepStateFrom('queued'), stepStateFrom('succeeded')]).toEqual(['failed', 'running', 'running', 'succeeded'])
  })
  it('a name is trimmed and never empty', () => {
    expect(checkWorkflowName('  Nightly ')).toEqual({ ok: true, value: 'Nightly' })
    expect(checkWorkflowName(' ').ok).toBe(false)
  })
})
