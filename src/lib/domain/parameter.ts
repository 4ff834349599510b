/**
 * Parameter: a value that a run is given by name. Input cells hold them for people; the API gives them to a run.
 * An input cell's source is its definition (cell-settings.ts); its value is kept beside it, so that changing one is not changing
 * the other. Values are bound, never pasted: they are variables in Python and `:name` in SQL.
 *
 * [PARAM1] A run is given a value for every input of its notebook, and for nothing else.
 * [PARAM2] A value that does not fit its definition is refused by name, and never bent into one that does.
 */
import { readSettings, writeSettings } from './cell-settings.ts'
import type { Cell } from './cell.ts'
import type { CellId } from './ids.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

export type ParameterValue = string | number | boolean | null
export type Parameters = Record<string, ParameterValue>

export const INPUT_TYPES = ['text', 'number', 'select', 'date', 'slider', 'checkbox'] as const
export type InputType = (typeof INPUT_TYPES)[number]
export const INPUT_TYPE_LABELS: Record<InputType, string> = { text: 'Text', number: 'Number', select: 'Choice', date: 'Date', slider: 'Slider', checkbox: 'Checkbox' }

export interface InputDefinition {
  /** How code calls it: a Python name. */
  name: string
  /** How people call it; the name when empty. */
  label: string
  type: InputType
  /** What it is until somebody sets it. */
  initial: ParameterValue
  /** Of a choice. */
  options: string[]
  /** Of a slider. */
  min: number
  max: number
  step: number
}

export const INPUT_TEXT_MAX = 65_536
export const OPTIONS_MAX = 200
const NAME_MAX = 60
const LABEL_MAX = 120

/** What Python would not take as a name, and what the kernel itself calls so. */
const TAKEN = new Set(('False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda '
  + 'nonlocal not or pass raise return try while with yield spark sql display').split(' '))

export type NameRefusal = 'name-invalid'

export function checkInputName(name: string): Outcome<string, NameRefusal> {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.length > NAME_MAX) return refuse('name-invalid', `A name begins with a letter and has letters, digits and _ only, at most ${NAME_MAX}.`)
  if (TAKEN.has(name)) return refuse('name-invalid', `“${name}” means something else in Python already. Choose another name.`)
  return accept(name)
}

export const newInput = (type: InputType, name: string): InputDefinition => {
  const base = { name, label: '', type, options: type === 'select' ? ['first', 'second'] : [], min: 0, max: 100, step: 1 }
  return { ...base, initial: emptyValue({ ...base, initial: null }) }
}

/** A name that no input has yet. */
export function freeInputName(inputs: ReadonlyMap<string, unknown>): string {
  for (let number = 1; ; number += 1) if (!inputs.has(`input_${number}`)) return `input_${number}`
}

/** What a type is when nothing is known of it. */
function emptyValue({ type, options, min }: InputDefinition): ParameterValue {
  if (type === 'text') return ''
  if (type === 'checkbox') return false
  if (type === 'slider') return min
  return type === 'select' ? (options[0] ?? null) : null
}

export const writeInput = (definition: InputDefinition): string => writeSettings(definition)

/** The definition that a source says, or null: people can write into it from anywhere. What is amiss in details is mended. */
export function readInput(source: string): InputDefinition | null {
  const found: Partial<Record<keyof InputDefinition, unknown>> = readSettings(source) ?? {}
  const { name, type } = found
  if (typeof name !== 'string' || !checkInputName(name).ok || !(INPUT_TYPES as readonly unknown[]).includes(type)) return null
  const options = Array.isArray(found.options) ? [...new Set(found.options.filter((option) => typeof option === 'string'))].slice(0, OPTIONS_MAX) : []
  const [min, max] = [numberOr(found.min, 0), numberOr(found.max, 100)]
  const step = numberOr(found.step, 1)
  const definition: InputDefinition = {
    name, type: type as InputType, options, label: typeof found.label === 'string' ? found.label.slice(0, LABEL_MAX) : '',
    min: Math.min(min, max), max: Math.max(min, max), step: step > 0 ? step : 1, initial: null,
  }
  const initial = checkValue(definition, found.initial)
  return { ...definition, initial: initial.ok ? initial.value : emptyValue(definition) }
}

const numberOr = (value: unknown, other: number): number => (typeof value === 'number' && Number.isFinite(value) ? value : other)

export function checkValue(definition: InputDefinition, value: unknown): Outcome<ParameterValue, 'parameter-wrong'> {
  const problem = problemOf(definition, value)
  return problem === null ? accept(value as ParameterValue) : refuse('parameter-wrong', `“${definition.name}” ${problem}.`)
}

function problemOf({ type, options, min, max }: InputDefinition, value: unknown): string | null {
  switch (type) {
    case 'text':
      if (typeof value !== 'string') return 'must be a text'
      return value.length > INPUT_TEXT_MAX ? `may have at most ${INPUT_TEXT_MAX} characters` : null
    case 'checkbox': return typeof value === 'boolean' ? null : 'must be true or false'
    case 'select': return typeof value === 'string' && options.includes(value) ? null : value === null && options.length === 0 ? null : `must be one of ${options.join(', ').slice(0, 300)}`
    case 'date': return value === null || (typeof value === 'string' && isDate(value)) ? null : 'must be a date like 2026-03-31, or empty'
    case 'number': return value === null || isFinite(value) ? null : 'must be a number, or empty'
    case 'slider': return isFinite(value) && value >= min && value <= max ? null : `must be a number from ${min} to ${max}`
  }
}

const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

export interface Input {
  cellId: CellId
  definition: InputDefinition
  value: ParameterValue
}

/** The value that an input cell stands for: what was set, while it fits; else what it began with. */
export function inputOf({ id, kind, source, value }: Cell): Input | null {
  const definition = kind === 'input' ? readInput(source) : null
  if (definition === null) return null
  const set = checkValue(definition, value)
  return { cellId: id, definition, value: set.ok ? set.value : definition.initial }
}

/** The inputs of a notebook by name. Of two with one name the upper one counts. */
export function inputsOf(cells: readonly Cell[]): Map<string, Input> {
  const inputs = new Map<string, Input>()
  for (const cell of cells) {
    const input = inputOf(cell)
    if (input !== null && !inputs.has(input.definition.name)) inputs.set(input.definition.name, input)
  }
  return inputs
}

/** What a run is given: the values of the inputs, those in `given` in place of their own. */
export function chooseParameters(inputs: ReadonlyMap<string, Input>, given: Readonly<Record<string, unknown>> = {}): Outcome<Parameters, 'parameter-unknown' | 'parameter-wrong'> {
  const chosen = Object.fromEntries([...inputs].map(([name, { value }]) => [name, value]))
  for (const [name, value] of Object.entries(given)) {
    const input = inputs.get(name)
    if (input === undefined) return refuse('parameter-unknown', `This notebook has no input “${name.slice(0, NAME_MAX)}”. ${inputs.size === 0 ? 'It has none.' : `It has ${[...inputs.keys()].join(', ')}.`}`)
    const checked = checkValue(input.definition, value)
    if (!checked.ok) return checked
    chosen[name] = checked.value
  }
  return accept(chosen)
}

export function sameParameters(one: Readonly<Parameters>, other: Readonly<Parameters>): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
}
