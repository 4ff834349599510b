/** Which letters at the beginning of a text make it a heading, so that a new level takes their place. */
import { expect, it } from 'vitest'
import { headingMarks } from '#lib/ui/notebook/make-heading.ts'

it.each([['# Title', 2], ['###   Title', 6], ['  ## Title', 5], ['##', 2], ['#\nnext', 1], ['#tag', 0], ['####### seven', 0], ['x = 1  # no', 0], ['', 0]])('%j has %i', (source, marks) => {
  expect(headingMarks(source)).toBe(marks)
})
