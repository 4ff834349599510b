/** The colours of people: who gets which, whether they can be seen on the page, and whether every pair of eyes tells them apart. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrastOf, inkOn } from '#lib/domain/ink-on.ts'
import { COLORS, freeColor, visitorColor } from '#server/rooms/visitor-color.ts'

type Triple = [number, number, number]

/** A letter is read from here on, and a bar or a line is seen (WCAG 1.4.3 and 1.4.11). */
const [READ, SEEN] = [4.5, 3]
/** Two colours that one can just tell apart side by side in large patches are 0.02 apart in OKLab; a bar of two pixels is no large patch. */
const [APART, NEIGHBOURS_APART] = [0.07, 0.12]

/** What people see who lack one kind of cone, from linear RGB to linear RGB (Machado, Oliveira and Fernandes, 2009). */
const EYES: Record<string, Triple[]> = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  'no red': [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  'no green': [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  'no blue': [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
const [CONES, OKLAB]: [Triple[], Triple[]] = [
  [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]],
  [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]],
]
const times = (rows: Triple[], [x, y, z]: Triple): Triple => rows.map(([a, b, c]) => a * x + b * y + c * z) as Triple
const each = (triple: Triple, change: (part: number) => number): Triple => triple.map(change) as Triple
const linear = (color: string): Triple => each([1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255) as Triple, (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
const seenBy = (eyes: string, color: string): Triple => {
  const seen = each(times(EYES[eyes]!, linear(color)), (part) => Math.min(1, Math.max(0, part)))
  return times(OKLAB, each(times(CONES, seen), Math.cbrt))
}
const distance = (eyes: string, a: string, b: string): number => Math.hypot(...seenBy(eyes, a).map((part, at) => part - seenBy(eyes, b)[at]!))

const pairs = COLORS.flatMap((a, at) => COLORS.slice(at + 1).map((b) => [a, b] as const))
const neighbours = COLORS.map((a, at) => [a, COLORS[(at + 1) % COLORS.length]!] as const)
const tooClose = (eyes: string, of: readonly (readonly [string, string])[], least: number): string[] =>
  of.filter(([a, b]) => distance(eyes, a, b) < least).map(([a, b]) => `${a} ${b}: ${distance(eyes, a, b).toFixed(3)}`)

/** What a person's colour stands on: [light, dark]. */
const page = readFileSync(new URL('../../../src/app.css', import.meta.url), 'utf8')
const grounds = ['background', 'card', 'popover'].flatMap((name) => [...page.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, 'g'))].map((match) => match[1]!))

describe('the colours', () => {
  it('are seen on every ground of the page, in light and in dark, and what is written on them is read', () => {
    expect(grounds).toHaveLength(6)
    const faint = COLORS.flatMap((color) => grounds.filter((ground) => contrastOf(color, ground) < SEEN).map((ground) => `${color} on ${ground}: ${contrastOf(color, ground).toFixed(2)}`))
    expect(faint).toEqual([])
    expect(COLORS.filter((color) => contrastOf(color, inkOn(color)) < READ)).toEqual([])
  })

  it.each(Object.keys(EYES))('are told apart by eyes with cones: %s', (eyes) => {
    expect(tooClose(eyes, pairs, APART)).toEqual([])
    expect(tooClose(eyes, neighbours, NEIGHBOURS_APART)).toEqual([])
  })

  it('would not be told apart if two were nearly one', () => {
    expect(tooClose('no green', [['#15803d', '#4d7c0f'], ['#c2410c', '#b91c1c']], APART)).toHaveLength(2)
  })
})

describe('the colour of a person', () => {
  it('is their own, the same one each time, and any of them is somebody’s', () => {
    const ids = Array.from({ length: 200 }, (_, i) => `person-${i}`)
    expect(ids.map(visitorColor)).toEqual(ids.map(visitorColor))
    expect(new Set(ids.map(visitorColor))).toEqual(new Set(COLORS))
  })

  it('is in a room the first that is free from their own on, past the end again from the beginning, and their own when none is free', () => {
    const [first, second, third] = COLORS as [string, string, string]
    const last = COLORS.at(-1)!
    expect(freeColor(second, new Set([first, third]))).toBe(second)
    expect(freeColor(first, new Set([first, second]))).toBe(third)
    expect(freeColor(last, new Set([last, first]))).toBe(second)
    expect(freeColor(second, new Set(COLORS))).toBe(second)
  })
})
