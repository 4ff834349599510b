import { expect, it } from 'vitest'
import { describeCut } from '#lib/ui/past/describe-stop.ts'

it('the page says at what the slider stops, and only where it does', () => {
  expect(describeCut([])).toBeNull()
  expect(describeCut(['run'])).toBe('The slider stops at the newest 1 000 runs. The address takes any earlier instant too.')
  expect(describeCut(['version', 'run'])).toBe('The slider stops at the newest 1 000 versions and the newest 1 000 runs. The address takes any earlier instant too.')
})
