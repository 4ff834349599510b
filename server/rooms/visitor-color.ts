/**
 * The colours of people. Each stands out on the page in light and in dark, also as a bar of two pixels, and any two are
 * told apart by eyes that do not see red, green or blue (`visitor-color.test.ts`). Everybody has one of their own, always the same;
 * where somebody in the room has that already, the room gives them another.
 */
export const COLORS: readonly string[] = ['#4854fc', '#cc7878', '#b418cc', '#487800', '#fc3ccc', '#a89000', '#4890c0', '#d80060', '#9c78fc', '#846090']

export function visitorColor(id: string): string {
  let hash = 0
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return COLORS[hash % COLORS.length] ?? '#4854fc'
}

/** Their own one if it is free, else the first that is from there on; their own where none is. */
export function freeColor(own: string, taken: ReadonlySet<string>): string {
  const from = COLORS.indexOf(own)
  return [own, ...COLORS.slice(from + 1), ...COLORS.slice(0, from + 1)].find((color) => !taken.has(color)) ?? own
}
