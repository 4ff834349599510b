/** The letters of somebody whose cell was taken away in the middle of a word. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { typeNowhere, typeOn } from '#lib/ui/notebook/type-on.ts'

function writing(before: string, caret: number) {
  const text = new Y.Doc().getText()
  text.insert(0, before)
  const on = typeOn(text, caret, {}, 1000)
  let now = 1000
  const press = (key: string, more: { afterMs?: number; ctrlKey?: boolean } = {}) => {
    now += more.afterMs ?? 100
    return on.take({ key, ctrlKey: more.ctrlKey ?? false, metaKey: false, altKey: false, timeStamp: now })
  }
  return { text, press }
}

describe('keys after the cell is gone', () => {
  it('are written where the caret was, as long as there is no pause', () => {
    const { text, press } = writing('first\nlast', 5)
    for (const key of [' ', 'd', 'd', 'Enter', 'é', '🚢', '🚢', 'Backspace']) expect(press(key)).toBe(true)
    expect(text.toString()).toBe('first dd\né🚢\nlast')
    expect(press('d', { afterMs: 901 })).toBe(false)
    expect(press('d')).toBe(false)
    expect(text.toString()).toBe('first dd\né🚢\nlast')
  })

  it('go behind what others write before them, and take no letter that is not there', () => {
    const { text, press } = writing('', 9)
    expect(press('Backspace')).toBe(true)
    press('a')
    text.insert(0, 'theirs ')
    press('b')
    expect(text.toString()).toBe('theirs ab')
  })

  it('of a text that may not be changed are no commands either', () => {
    const on = typeNowhere(1000)
    const press = (key: string, timeStamp: number) => on.take({ key, ctrlKey: false, metaKey: false, altKey: false, timeStamp })
    expect([press('d', 1100), press('d', 1200), press('Escape', 1300), press('x', 2200)]).toEqual([true, true, false, false])
  })

  it('are the notebook’s when they are no letters', () => {
    const { text, press } = writing('a', 1)
    for (const key of ['Escape', 'ArrowDown', 'Tab', 'Delete']) expect(press(key)).toBe(false)
    expect(press('s', { ctrlKey: true })).toBe(false)
    expect(text.toString()).toBe('a')
  })
})
