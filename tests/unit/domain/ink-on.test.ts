/** Ink on a person's colour is the one of two that is read better. */
import { expect, it } from 'vitest'
import { contrastOf, inkOn } from '#lib/domain/ink-on.ts'

it('contrast is that of WCAG, whichever colour comes first', () => {
  expect([contrastOf('#000000', '#ffffff'), contrastOf('#ffffff', '#767676'), contrastOf('#ff0000', '#00ff00'), contrastOf('#123456', '#123456')].map((one) => one.toFixed(2))).toEqual(['21.00', '4.54', '2.91', '1.00'])
})

it('ink is white on the dark and dark on the light', () => {
  expect(['#000000', '#0b6175', '#b91c1c', '#ffffff', '#e9b15a', '#5cc98f'].map(inkOn)).toEqual(['#ffffff', '#ffffff', '#ffffff', '#0b1f2a', '#0b1f2a', '#0b1f2a'])
})
