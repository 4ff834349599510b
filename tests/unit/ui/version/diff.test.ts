/** What a person sees between two versions. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId, UserId, VersionId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { describeRowLimit, ROW_LIMIT } from '#lib/domain/row-limit.ts'
import { PLAIN_VIEW } from '#lib/domain/table-view.ts'
import type { VersionSummary } from '#lib/domain/version.ts'
import { amountOf, dayOf, peopleOf, titleOf } from '#lib/ui/version/describe-version.ts'
import { diffLines, foldSame, type LineRow } from '#lib/ui/version/diff-lines.ts'
import { diffNotebooks, hasOtherContent, stretchesOf } from '#lib/ui/version/diff-notebooks.ts'

const show = (rows: LineRow[]): string[] => rows.map(({ kind, left, right }) => {
  const side = (words: LineRow['left']): string => words?.map(({ text, isMarked }) => (isMarked ? `[${text}]` : text)).join('') ?? '·'
  return kind === 'same' ? `  ${side(left)}` : `${side(left)} | ${side(right)}`
})
const sideOf = (rows: LineRow[], side: 'left' | 'right'): string => rows.flatMap((row) => row[side]?.map(({ text }) => text).join('') ?? []).join('\n')

describe('lines', () => {
  it('stand beside what they became, with the words that differ marked', () => {
    expect(show(diffLines('import a\nx = old + 1\nprint(x)', 'import a\nx = new + 1\nprint(x)\nprint(1)'))).toEqual(['  import a', 'x = [old] + 1 | x = [new] + 1', '  print(x)', '· | print(1)'])
    expect(show(diffLines('', 'a'))).toEqual(['· | a'])
    expect(show(diffLines('a\nb', ''))).toEqual(['a | ·', 'b | ·'])
  })

  it('say both texts whole, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b b', '', 'c = 1', '😀 x'), { minLength: 1, maxLength: 15 }).map((lines) => lines.join('\n'))
    fc.assert(fc.property(text, text, (before, after) => {
      const rows = diffLines(before, after)
      expect([sideOf(rows, 'left'), sideOf(rows, 'right')]).toEqual([before, after])
      expect(foldSame(rows).flatMap((fold) => fold.rows)).toEqual(rows)
    }))
  })

  it('are folded where nothing changed, with three beside each change', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`)
    const folds = foldSame(diffLines(lines.join('\n'), lines.with(20, 'changed').join('\n')))
    expect(folds.map(({ kind, from, rows }) => [kind, from, rows.length])).toEqual([['folded', 0, 17], ['rows', 17, 7], ['folded', 24, 16]])
  })
})

const text = (...cells: [id: string, source?: string, kind?: CellKind][]): NotebookText => ({ title: 'T', cells: cells.map(([id, source = id, kind = 'python']) => ({ id: id as CellId, source, kind })) })
const changes = (before: NotebookText, after: NotebookText): string[] => diffNotebooks(before, after).cells
  .map(({ id, state, isMoved, kindBefore }) => `${id} ${state}${isMoved ? ' moved' : ''}${kindBefore === null ? '' : ` was ${kindBefore}`}`)

describe('cells', () => {
  it.each<[string, NotebookText, NotebookText, string[]]>([
    ['nothing', text(['a'], ['b']), text(['a'], ['b']), ['a same', 'b same']],
    ['one came and one went', text(['a'], ['b'], ['c']), text(['a'], ['new'], ['c']), ['a same', 'b removed', 'new added', 'c same']],
    ['the first went', text(['a'], ['b']), text(['b']), ['a removed', 'b same']],
    ['one moved to the top', text(['a'], ['b'], ['c']), text(['c'], ['a'], ['b']), ['c changed moved', 'a same', 'b same']],
    ['words and kind', text(['a'], ['b']), text(['a', 'x'], ['b', 'b', 'sql']), ['a changed', 'b changed was python']],
    ['all went', text(['a'], ['b']), text(), ['a removed', 'b removed']],
  ])('show that %s', (_what, before, after, expected) => expect(changes(before, after)).toEqual(expected))

  it('are all there, each once, and those that did not move are in both orders', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 })
    fc.assert(fc.property(ids, ids, (one, two) => {
      const { cells } = diffNotebooks(text(...one.map((id): [string] => [id])), text(...two.map((id): [string] => [id])))
      expect(cells.map(({ id }) => id).sort()).toEqual([...new Set([...one, ...two])].sort())
      const still = cells.filter(({ state, isMoved }) => state === 'same' && !isMoved).map(({ id }) => id as string)
      expect(one.filter((id) => still.includes(id))).toEqual(still)
      expect(two.filter((id) => still.includes(id))).toEqual(still)
    }))
  })

  it('that are unchanged stand together, to be folded', () => {
    const { cells } = diffNotebooks(text(['a'], ['b'], ['c'], ['d']), text(['a'], ['b'], ['c', 'x'], ['d']))
    expect(stretchesOf(cells).map(({ kind, cells: list }) => [kind, list.length])).toEqual([['same', 2], ['changes', 1], ['same', 1]])
  })
})

describe('what stands beside the text of a cell', () => {
  const one = (cell: Partial<Cell>): NotebookText => ({ title: 'T', cells: [{ id: 'a' as CellId, kind: 'sql', source: 'select 1', ...cell }] })
  const input = (cell: Partial<Cell> = {}): NotebookText => one({ kind: 'input', source: writeInput({ ...newInput('number', 'top'), initial: 1 }), ...cell })
  const none: NotebookText = { title: 'T', cells: [] }
  const changed = (before: NotebookText, after: NotebookText) => {
    const { cells: [cell] } = diffNotebooks(before, after)
    return cell === undefined ? [] : [cell.state, hasOtherContent(cell), cell.hasOtherViews, ...cell.settings.map(({ name, before: then, after: now }) => `${name}: ${then} → ${now}`)]
  }
  const view = { 0: { ...PLAIN_VIEW, hidden: ['a'] } }

  it.each<[string, NotebookText, NotebookText, unknown[]]>([
    ['the value of an input, also where it is the same', input(), input({ value: 1 }), ['same', false, false, 'Value: 1 → 1']],
    ['another value', input({ value: 5 }), input({ value: null }), ['changed', true, false, 'Value: 5 → (empty)']],
    ['the value of one that came', none, input({ value: 5 }), ['added', true, false, 'Value: null → 5']],
    ['the value of one that went', input({ value: 5 }), none, ['removed', true, false, 'Value: 5 → null']],
    ['a value that no longer fits, as what counts instead', input({ value: 5 }), input({ value: 'five' }), ['changed', true, false, 'Value: 5 → 1']],
    ['no row limit that is the usual one', one({}), one({ rowLimit: 10_000 }), ['same', false, false]],
    ['another row limit', one({}), one({ rowLimit: null }), ['changed', true, false, `Rows of each table: ${describeRowLimit(ROW_LIMIT)} → All rows`]],
    ['no limit of what does not run', one({ kind: 'markdown' }), one({ kind: 'markdown', rowLimit: 1000 }), ['same', false, false]],
    ['another shared view', one({ tableViews: {} }), one({ tableViews: view }), ['changed', true, true]],
    ['the same view', one({ tableViews: view }), one({ tableViews: structuredClone(view) }), ['same', false, false]],
    ['nothing of views where one version is from before they were kept', one({}), one({ tableViews: view }), ['same', false, false]],
  ])('says %s', (_what, before, after, expected) => expect(changed(before, after)).toEqual(expected))
})

describe('a version in words', () => {
  const now = new Date(2026, 10, 25, 12)
  it.each([[new Date(2026, 10, 25, 0, 1), 'Today'], [new Date(2026, 10, 24, 23, 59), 'Yesterday'], [new Date(2026, 10, 20), 'Friday, November 20'], [new Date(2025, 10, 20), 'November 20, 2025']])('%s is %s', (at, day) => {
    expect(dayOf(at.toISOString(), now)).toBe(day)
  })

  it('says who and how much', () => {
    const author = (name: string, ...cellIds: string[]) => ({ userId: name as UserId, name, color: '#000', cellIds: cellIds as CellId[] })
    const version = (more: Partial<VersionSummary>): VersionSummary => ({ id: 'v' as VersionId, cause: 'auto', name: null, authors: [author('Ada', 'a'), author('Bob', 'a', 'b')], createdAt: '', ...more })
    expect(titleOf(version({}))).toBe('Ada and Bob')
    expect(titleOf(version({ cause: 'restore' }))).toBe('Before a restore')
    expect(titleOf(version({ name: 'Sent' }))).toBe('Sent')
    expect(peopleOf(['A', 'B', 'C', 'D'].map((name) => ({ name })))).toBe('A, B and 2 more')
    expect([amountOf(version({})), amountOf(version({ authors: [author('Ada')] })), amountOf(version({ authors: [author('Ada', 'a')] }))]).toEqual(['2 cells', 'The title', '1 cell'])
  })
})
