/** What is kept of the keys that are pressed before an editor is there. */
import { describe, expect, it } from 'vitest'
import { aheadKeyOf } from '#lib/editor/type-ahead.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  aheadKeyOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('a key before the editor', () => {
  it.each([
    ['a letter', press('d'), { kind: 'text', text: 'd' }],
    ['a capital', press('D', { shiftKey: true }), { kind: 'text', text: 'D' }],
    ['a letter of two units', press('𝒳'), { kind: 'text', text: '𝒳' }],
    ['a bracket by AltGr', press('[', { ctrlKey: true, altKey: true }), { kind: 'text', text: '[' }],
    ['a new line', press('Enter'), { kind: 'text', text: '\n' }],
    ['a step back', press('Backspace'), { kind: 'delete' }],
    ['an indent', press('Tab'), { kind: 'tab' }],
    ['run', press('Enter', { ctrlKey: true }), { kind: 'command', key: 'run' }],
    ['run on a Mac', press('Enter', { metaKey: true }), { kind: 'command', key: 'run' }],
    ['run and go on', press('Enter', { shiftKey: true }), { kind: 'command', key: 'run-and-next' }],
    ['run and add one', press('Enter', { altKey: true }), { kind: 'command', key: 'run-and-insert' }],
  ])('%s is kept', (_name, kept, expected) => expect(kept).toEqual(expected))

  it.each([
    ['a shortcut', press('s', { ctrlKey: true })], ['one of a Mac', press('k', { metaKey: true })], ['a menu key', press('f', { altKey: true })],
    ['an arrow', press('ArrowDown')], ['a held key alone', press('Shift', { shiftKey: true })], ['the way back', press('Tab', { shiftKey: true })], ['F5', press('F5')],
  ])('%s is not', (_name, kept) => expect(kept).toBeNull())
})
