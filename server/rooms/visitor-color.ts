/** The colour of a person's cursor: one of a few that are told apart on light and dark, always the same for one person. */
const COLORS = ['#c2410c', '#15803d', '#1d4ed8', '#a21caf', '#0e7490', '#b91c1c', '#4d7c0f', '#6d28d9', '#be185d', '#0f766e', '#a16207', '#4338ca']

export function visitorColor(id: string): string {
  let hash = 0
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return COLORS[hash % COLORS.length] ?? '#1d4ed8'
}
