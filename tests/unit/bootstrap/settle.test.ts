/** `npm test` must not be green because something did not run. */
import { expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { settle } = await loadBootstrap('suites/run-suite.mjs')

it('counts a suite as it reports itself', () => {
  expect(settle({ passed: 3, failed: 1 }, 1)).toEqual({ passed: 3, failed: 1 })
  expect(settle({ passed: 3, failed: 0 }, 0)).toEqual({ passed: 3, failed: 0 })
})

it('counts a crash after green tests as a failure', () => {
  expect(settle({ passed: 3, failed: 0 }, 1)).toMatchObject({ passed: 3, failed: 1 })
  expect(settle({}, 'SIGSEGV')).toMatchObject({ failed: 1 })
})

it('counts a suite without tests as a failure', () => {
  expect(settle({ passed: 0, failed: 0 }, 0)).toMatchObject({ failed: 1 })
})
