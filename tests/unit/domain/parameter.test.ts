/** Inputs and the values that runs are given: what fits is kept as it is, what does not is refused by name. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { checkInputName, checkValue, chooseParameters, INPUT_TEXT_MAX, INPUT_TYPES, inputsOf, newInput, readInput, sameParameters, writeInput, type InputDefinition, type InputType, type ParameterValue } from '#lib/domain/parameter.ts'

const define = (type: InputType, more: Partial<InputDefinition> = {}): InputDefinition => ({ ...newInput(type, 'x'), ...more })
const input = (id: string, definition: InputDefinition, value?: ParameterValue): Cell => ({ id: id as CellId, kind: 'input', source: writeInput(definition), ...(value !== undefined && { value }) })

describe('a name', () => {
  it.each(['x', 'region', 'day_1', 'A'])('%s is one', (name) => expect(checkInputName(name).ok).toBe(true))
  it.each(['', '1st', 'a b', 'a-b', '_x', '__class__', 'für', 'x'.repeat(61), 'class', 'None', 'spark', 'display', "x'; drop"])('%s is none', (name) => expect(checkInputName(name)).toMatchObject({ ok: false, reason: 'name-invalid' }))
})

describe('[PARAM2] a value', () => {
  const choice = define('select', { options: ['north', 'south'] })
  const slider = define('slider', { min: 0, max: 10 })
  it.each<[InputDefinition, unknown, boolean]>([
    [define('text'), "'; drop table x; --", true], [define('text'), '', true], [define('text'), 'x'.repeat(INPUT_TEXT_MAX), true], [define('text'), 'x'.repeat(INPUT_TEXT_MAX + 1), false], [define('text'), 1, false], [define('text'), null, false],
    [define('number'), 1.5, true], [define('number'), null, true], [define('number'), NaN, false], [define('number'), Infinity, false], [define('number'), '1', false], [define('number'), 'NaN', false],
    [choice, 'south', true], [choice, 'west', false], [choice, null, false], [define('select', { options: [] }), null, true],
    [define('date'), '2026-02-28', true], [define('date'), '2026-02-30', false], [define('date'), '28.2.2026', false], [define('date'), '', false], [define('date'), null, true],
    [slider, 0, true], [slider, 10, true], [slider, 10.1, false], [slider, NaN, false], [slider, null, false],
    [define('checkbox'), true, true], [define('checkbox'), 'true', false], [define('checkbox'), null, false],
  ])('%# of a %o', (definition, value, fits) => expect(checkValue(definition, value).ok).toBe(fits))

  it('is refused by the name of its input', () => expect(checkValue(define('number'), 'many')).toMatchObject({ reason: 'parameter-wrong', message: '“x” must be a number, or empty.' }))
})

describe('a definition', () => {
  it('is read as it was written, for every type', () => {
    for (const type of INPUT_TYPES) expect(readInput(writeInput(newInput(type, 'x')))).toEqual(newInput(type, 'x'))
  })

  it('reads any text without throwing, and what it reads always has a value that fits', () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.record({ name: fc.constantFrom('x', '1', 7), type: fc.constantFrom(...INPUT_TYPES, 'other'), options: fc.anything(), min: fc.anything(), max: fc.anything(), step: fc.anything(), initial: fc.anything() }).map((value) => JSON.stringify(value) ?? ''))
    fc.assert(fc.property(anything, (source) => {
      const definition = readInput(source)
      if (definition !== null) expect(checkValue(definition, definition.initial).ok).toBe(true)
    }))
  })
})

describe('[PARAM1] what a run is given', () => {
  const cells = [input('a', define('text', { name: 'region', initial: 'north' })), input('b', define('number', { name: 'top' }), 5), { id: 'p' as CellId, kind: 'python' as const, source: '1' }]

  it('is the value of each input: what was set, else what it began with', () => expect(chooseParameters(inputsOf(cells))).toEqual({ ok: true, value: { region: 'north', top: 5 } }))
  it('is what was asked for instead', () => expect(chooseParameters(inputsOf(cells), { top: 9 })).toEqual({ ok: true, value: { region: 'north', top: 9 } }))
  it('is nothing that the notebook does not know', () => {
    expect(chooseParameters(inputsOf(cells), { regoin: 'x' })).toEqual({ ok: false, reason: 'parameter-unknown', message: 'This notebook has no input “regoin”. It has region, top.' })
    expect(chooseParameters(new Map(), { a: 1 })).toMatchObject({ message: 'This notebook has no input “a”. It has none.' })
    expect(chooseParameters(inputsOf(cells), JSON.parse('{"__proto__": 1}') as Record<string, unknown>)).toMatchObject({ reason: 'parameter-unknown' })
  })
  it('is nothing that does not fit', () => expect(chooseParameters(inputsOf(cells), { top: 'five' })).toMatchObject({ reason: 'parameter-wrong' }))
  it('comes from the upper of two inputs with one name', () => expect(inputsOf([cells[0]!, input('c', define('text', { name: 'region', initial: 'other' }))]).get('region')?.cellId).toBe('a'))
  it('falls back when the set value fits no longer', () => expect(inputsOf([input('a', define('select', { options: ['u'], initial: 'u' }), 'gone')]).get('x')?.value).toBe('u'))

  it('is the same only with the same names and values', () => {
    expect(sameParameters({ a: 1, b: null }, { b: null, a: 1 })).toBe(true)
    expect(sameParameters({ a: 1 }, { a: '1' })).toBe(false)
    expect(sameParameters({ a: 1 }, {})).toBe(false)
    expect(sameParameters({}, { toString: 1 })).toBe(false)
  })
})
