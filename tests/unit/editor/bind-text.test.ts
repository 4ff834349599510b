/** A model that keeps neither byte-order marks nor carriage returns, and a shared text into which somebody wrote some. */
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { bindText } from '#lib/editor/bind-text.ts'

/** One line, so that a place is an offset. */
class Model {
  value = ''
  #listeners: ((event: unknown) => void)[] = []
  #isWindows = true
  setEOL = () => {
    this.#isWindows = false
    this.value = this.#ended(this.value)
  }
  #ended = (text: string) => text.replace(/\r\n?|\n/g, this.#isWindows ? '\r\n' : '\n')
  getValue = () => this.value
  getValueLength = () => this.value.length
  getPositionAt = (offset: number) => offset
  onDidChangeContent = (listener: (event: unknown) => void) => (this.#listeners.push(listener), { dispose: () => (this.#listeners = []) })
  /** A new value brings its own line ends, and without any those of the system. */
  setValue = (text: string) => {
    this.#isWindows = text.includes('\r\n') || !text.includes('\n')
    this.value = this.#ended(text.replace(/^\uFEFF/, ''))
  }
  applyEdits = (edits: { range: [number, number]; text: string }[]) => {
    for (const { range: [from, to], text } of [...edits].reverse()) this.value = this.#ended(this.value.slice(0, from) + text + this.value.slice(to))
  }
  /** A person's key, or a paste. */
  type(at: number, text: string) {
    this.value = this.#ended(this.value.slice(0, at) + text + this.value.slice(at))
    for (const listener of this.#listeners) listener({ changes: [{ rangeOffset: at, rangeLength: 0, text }] })
  }
}

const monaco = { editor: { EndOfLineSequence: { LF: 0 } }, Range: { fromPositions: (from: number, to: number) => [from, to] } }

function bound(written: string) {
  const text = new Y.Doc().getText()
  text.insert(0, written)
  const model = new Model()
  return { text, model, binding: bindText(monaco as never, model as never, text, {}) }
}
const settled = () => new Promise((done) => queueMicrotask(() => done(null)))

it.each([['a mark in front', '\uFEFFab cd'], ['a return that another program wrote', 'ab\r\ncd'], ['both', '\uFEFFab\r\ncd']])('a letter goes where it was typed, with %s', async (_what, written) => {
  const { text, model } = bound(written)
  model.type(5, '!')
  await settled()
  expect([text.toString(), model.value]).toEqual([model.value, written.includes('\n') ? 'ab\ncd!' : 'ab cd!'])
})

it('what others write into such a text stands where they wrote it', async () => {
  const { text, model } = bound('ab\r\ncd\nef')
  text.insert(5, '#')
  expect(model.value).toBe('ab\nc#d\nef')
  model.type(4, '!')
  await settled()
  expect([text.toString(), model.value]).toEqual(['ab\nc!#d\nef', 'ab\nc!#d\nef'])
  model.type(2, '\n')
  await settled()
  expect([text.toString(), model.value]).toEqual(['ab\n\nc!#d\nef', 'ab\n\nc!#d\nef'])
})

it('what is pasted with marks is in the text and on the screen without, and what stands behind it stays', async () => {
  const { text, model } = bound('ab cd')
  const seen: string[] = []
  const { applyEdits } = model
  model.applyEdits = (edits) => (seen.push(...edits.map(({ range }) => range.join())), applyEdits(edits))
  model.type(2, '\uFEFFx\uFEFF')
  await settled()
  expect([text.toString(), model.value]).toEqual(['abx cd', 'abx cd'])
  expect(seen, 'no more than the marks is touched').toEqual(['2,5'])
})

it('a model that is gone is left alone', async () => {
  const { model, binding } = bound('ab')
  model.type(2, '\uFEFF')
  binding.dispose()
  await settled()
  expect(model.value).toBe('ab\uFEFF')
})
