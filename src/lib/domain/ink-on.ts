/** Ink on a person's colour: a name or initials on it are white, or dark where that is read better. Colours are `#rrggbb`. */
const [WHITE, DARK] = ['#ffffff', '#0b1f2a'] as const

export const inkOn = (color: string): string => (contrastOf(color, DARK) > contrastOf(color, WHITE) ? DARK : WHITE)

/** As WCAG has it: from 1, the same, to 21, black on white. */
export function contrastOf(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminanceOf(a), luminanceOf(b)].sort((one, other) => one - other)
  return (light + 0.05) / (dark + 0.05)
}

function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => toLinear(Number.parseInt(color.slice(at, at + 2), 16) / 255))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const toLinear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
