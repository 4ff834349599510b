/**
 * Calm colours: programs ask for any of 256 or 16 million colours, chosen for a black terminal. Each becomes the
 * nearest of the eight named ones, which this page keeps readable in both themes; greys become the text's own colour.
 */
const SGR = /\x1b\[([\d;]*)m/g
/** Red, yellow, green, cyan, blue, magenta around the circle of hues. */
const WHEEL = [1, 3, 2, 6, 4, 5]
const GREY_UNDER = 0.18

export const calmColors = (text: string): string => text.replace(SGR, (_whole, codes: string) => `\x1b[${calm(codes.split(';')).join(';')}m`)

function calm(codes: string[]): string[] {
  const kept: string[] = []
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? ''
    const isColor = (code === '38' || code === '48') && (codes[at + 1] === '5' || codes[at + 1] === '2')
    if (!isColor) {
      kept.push(code)
      continue
    }
    const isIndexed = codes[at + 1] === '5'
    const rgb = isIndexed ? fromIndex(Number(codes[at + 2])) : [Number(codes[at + 2]), Number(codes[at + 3]), Number(codes[at + 4])]
    kept.push(named(rgb, code === '38' ? 30 : 40))
    at += isIndexed ? 2 : 4
  }
  return kept
}

function named([red = 0, green = 0, blue = 0]: number[], base: 30 | 40): string {
  const most = Math.max(red, green, blue)
  const span = most - Math.min(red, green, blue)
  if (!(span / 255 > GREY_UNDER)) return String(base + 9)
  const sixth = most === red ? ((green - blue) / span + 6) % 6 : most === green ? (blue - red) / span + 2 : (red - green) / span + 4
  return String(base + (WHEEL[Math.round(sixth) % 6] ?? 9))
}

const BASIC = [[0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229]]

/** The 16 basic colours, a cube of 6 × 6 × 6, and greys. */
function fromIndex(index: number): number[] {
  if (index < 16) return BASIC[index % 8] ?? []
  if (index > 231) return []
  const cube = index - 16
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => (level === 0 ? 0 : 55 + level * 40))
}
