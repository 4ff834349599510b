import { describe, expect, it } from 'vitest'
import { single, type Figure } from '../../bench/measure.ts'
import { chooseBenches, runBenches } from '../../bench/run-benches.ts'

const NAMES = ['keystroke', 'display', 'start']
const FIGURE: Figure = { name: 'a', unit: 'ms', ours: single(1), baseline: null }

describe('chooseBenches', () => {
  it('takes all when none is named, and those that are, in their own order', () => {
    expect(chooseBenches([], NAMES)).toEqual({ ok: true, value: NAMES })
    expect(chooseBenches(['start', '--whatever', 'keystroke'], NAMES)).toEqual({ ok: true, value: ['keystroke', 'start'] })
  })

  it('refuses a name that it does not know, with those that there are', () => {
    const answer = chooseBenches(['keystroke', 'keystrokes'], NAMES)
    expect(answer).toMatchObject({ ok: false, reason: 'unknown-bench', message: 'There is no benchmark “keystrokes”. There are: keystroke, display, start.' })
  })
})

describe('runBenches', () => {
  it('says the load before each, and of one that fails that it did, and goes on', async () => {
    const said: string[] = []
    const run = async (name: string): Promise<Figure[]> => {
      if (name === 'display') throw new Error('no rows came')
      return [FIGURE]
    }
    let load = 0
    const records = await runBenches(NAMES, run, () => (load += 1), (line) => said.push(line))
    expect(records).toEqual([
      { bench: 'keystroke', loadBefore: 1, figures: [FIGURE], failed: null },
      { bench: 'display', loadBefore: 2, figures: [], failed: 'no rows came' },
      { bench: 'start', loadBefore: 3, figures: [FIGURE], failed: null },
    ])
    expect(said.map((line) => line.split('\n')[0])).toEqual(['keystroke: begins, load average 1', 'display: begins, load average 2', 'display: failed: Error: no rows came', 'start: begins, load average 3'])
  })
})
