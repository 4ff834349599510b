/** The keys that fingers know: each of them, once, and sequences as Jupyter has them. */
import { describe, expect, it } from 'vitest'
import { can, type Action } from '#lib/domain/access.ts'
import { ROLES, type Role } from '#lib/domain/member.ts'
import { COMMANDS, isAllowed, isListed } from '#lib/ui/notebook/commands.ts'
import { KeySequence, pressName, type KeyPress } from '#lib/ui/notebook/key-sequence.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'
import { offerTable, type TableActions } from '#lib/ui/result/table-actions.ts'

const press = (key: string, mods: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...mods })
const all = COMMANDS.flatMap((command) => [...command.keys, ...(command.anywhere ?? [])].map((keys) => [keys, command.id] as const))
const pc = () => new KeySequence(all, false)
const type = (keys: KeySequence<string>, ...presses: KeyPress[]) => presses.map((one, at) => keys.press(one, at * 100)).at(-1)

describe('the table of commands', () => {
  it('gives no key to two commands, and no id twice', () => {
    expect(all.map(([keys]) => keys).filter((keys, at, list) => list.indexOf(keys) !== at)).toEqual([])
    expect(new Set(COMMANDS.map((command) => command.id)).size).toBe(COMMANDS.length)
  })

  it.each([['a PC', 'Ctrl'], ['a Mac', 'Command']])('gives no key to two commands on %s, where Mod is %s', (_machine, mod) => {
    const real = all.map(([keys]) => keys.replaceAll('Mod+', `${mod}+`))
    expect(real.filter((keys, at) => real.indexOf(keys) !== at)).toEqual([])
  })

  it('begins no sequence with a key that means something alone', () => {
    const singles = new Set(all.map(([keys]) => keys))
    expect(all.filter(([keys]) => keys.includes(' ') && singles.has(keys.split(' ')[0] ?? ''))).toEqual([])
  })

  it.each([
    ['a', 'add-above'], ['b', 'add-below'], ['z', 'undo'], ['x', 'cut'], ['c', 'copy'], ['v', 'paste'], ['y', 'to-python'], ['m', 'to-text'], ['q', 'to-sql'],
    ['j', 'next'], ['k', 'previous'], ['ArrowDown', 'next'], ['ArrowUp', 'previous'], ['o', 'toggle-output'], ['h', 'help'], ['Enter', 'edit'],
    ['1', 'heading-1'], ['6', 'heading-6'],
  ])('%s is %s', (key, id) => expect(pc().press(press(key), 0)).toBe(id))

  it.each([
    [press('Enter', { shiftKey: true }), 'run-and-next'], [press('Enter', { ctrlKey: true }), 'run'], [press('Enter', { altKey: true }), 'run-and-insert'],
    [press('ArrowUp', { altKey: true }), 'move-up'], [press('ArrowDown', { ctrlKey: true, shiftKey: true }), 'move-down'],
    [press('k', { ctrlKey: true }), 'palette'], [press('P', { ctrlKey: true, shiftKey: true }), 'palette'], [press('V', { shiftKey: true }), 'paste-above'],
    [press('Z', { shiftKey: true }), 'redo'], [press('J', { shiftKey: true }), 'select-down'], [press('ArrowDown', { shiftKey: true }), 'select-down'],
    [press('K', { shiftKey: true }), 'select-up'], [press('ArrowUp', { shiftKey: true }), 'select-up'], [press('Home', { shiftKey: true }), 'select-to-first'],
    [press('End', { shiftKey: true }), 'select-to-last'], [press('a', { ctrlKey: true }), 'select-all'], [press('M', { shiftKey: true }), 'merge'],
    [press('Backspace', { ctrlKey: true }), 'merge-above'], [press('M', { ctrlKey: true, shiftKey: true }), 'merge-below'],
    [press('_', { ctrlKey: true, shiftKey: true }), 'split'], [press('-', { ctrlKey: true, shiftKey: true }), 'split'], [press('ArrowUp', { ctrlKey: true, shiftKey: true }), 'move-up'],
  ])('%o is %s', (one, id) => expect(pc().press(one, 0)).toBe(id))

  it('takes two presses for what cannot be taken back with a glance', () => {
    expect(type(pc(), press('d'), press('d'))).toBe('delete')
    expect(type(pc(), press('i'), press('i'))).toBe('interrupt')
    expect(type(pc(), press('0'), press('0'))).toBe('restart')
    expect(pc().press(press('d'), 0)).toBe('pending')
  })

  it('forgets the first press after a second, and when another comes between', () => {
    const keys = pc()
    keys.press(press('d'), 0)
    expect(keys.press(press('d'), 1500)).toBe('pending')
    expect(type(pc(), press('d'), press('x'), press('d'))).toBe('pending')
  })
})

describe('a press', () => {
  it('is Mod by Ctrl on a PC and by Command on a Mac', () => {
    expect(pressName(press('Enter', { ctrlKey: true }), false)).toContain('Mod+Enter')
    expect(pressName(press('Enter', { metaKey: true }), true)).toContain('Mod+Enter')
    expect(pressName(press('ArrowUp', { ctrlKey: true, shiftKey: true }), true)).toEqual(['Ctrl+Shift+ArrowUp'])
    expect(pressName(press('d', { metaKey: true }), false)).toEqual([])
  })
})

describe('who is told of a command', () => {
  const TABLE = 'shows-a-table'
  offerTable(TABLE, {} as TableActions)
  const sessionOf = (role: Role, cellId = TABLE) => {
    const may = (action: Action) => can(role, action)
    return { canEdit: may('notebook:edit'), canRun: may('run:request'), canLock: may('notebook:lock'), canComment: may('notebook:comment'), page: { me: { isGuest: false } }, active: { id: cellId } } as unknown as NotebookSession
  }
  const listed = (role: Role) => COMMANDS.filter((one) => isListed(one, sessionOf(role))).map((one) => one.id)

  it.each(ROLES)('a %s finds what they may do and nothing else, and naming a version only with the right to', (role) => {
    const [ids, session] = [listed(role), sessionOf(role)]
    expect(ids.filter((id) => COMMANDS.some((one) => one.id === id && !isAllowed(one, session)))).toEqual([])
    expect(ids.includes('save')).toBe(can(role, 'notebook:edit'))
    expect(ids.includes('run-and-next')).toBe(can(role, 'run:request'))
    expect(ids.includes('comment')).toBe(can(role, 'notebook:comment'))
  })

  it('what is done with a table is offered in a cell that shows one, and in no other', () => {
    const offered = (cellId: string) => COMMANDS.filter((one) => isAllowed(one, sessionOf('owner', cellId))).map(({ id }) => id)
    const onTables = ['copy-table-tsv', 'copy-table-csv', 'copy-table-markdown', 'download-table', 'find-in-table', 'summarize-table', 'table-columns']
    expect(offered(TABLE)).toEqual(expect.arrayContaining(onTables))
    expect(offered('shows-none').filter((id) => onTables.includes(id))).toEqual([])
    expect(offered('shows-none')).toContain('download')
  })

  it('a viewer hears by Mod+S that all is saved, though it is in no list of theirs', () => {
    const save = COMMANDS.find((one) => one.id === 'save')!
    expect([isAllowed(save, sessionOf('viewer')), isListed(save, sessionOf('viewer'))]).toEqual([true, false])
  })
})
