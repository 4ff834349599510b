/** What of a process's log reaches the terminal of `npm start`. */
import { expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { showLine } = await loadBootstrap('follow-log.mjs')
const line = (level: string) => JSON.stringify({ level, time: '2026-03-01T10:20:30.000Z', component: 'web', msg: 'no room', reason: 'gone' })

it('shows warnings and errors readably', () => {
  expect(showLine('web', line('warn'))).toBe('10:20:30 web warn: no room (gone)')
})

it('keeps information in the file', () => {
  expect(showLine('web', line('info'))).toBeUndefined()
})

it('shows what is no log line, such as a crash', () => {
  expect(showLine('web', 'TypeError: x is not a function')).toBe('web | TypeError: x is not a function')
})

it('passes JSON on when JSON was asked for', () => {
  expect(showLine('web', line('error'), true)).toBe(line('error'))
})
