/** Chart look: the colours of charts, in each theme. Told apart by people who see colours differently too. */
export interface ChartColors {
  text: string
  muted: string
  grid: string
  mark: string
  categories: readonly string[]
  /** Of the group of all others. */
  other: string
  /** From little to much. */
  ramp: readonly [string, string]
}

export const CHART_COLORS = {
  light: {
    text: '#16242b', muted: '#52646d', grid: '#dfe5e8', mark: '#0b6175', other: '#b3bec4', ramp: ['#d3e8ee', '#083f4d'],
    categories: ['#0b6175', '#d9822b', '#7a4fbf', '#2f8f5b', '#c23b5a', '#4c78c8', '#8a6d3b', '#5b6b76', '#b04fa0'],
  },
  dark: {
    text: '#e6edf0', muted: '#9fb0b8', grid: '#2c3a41', mark: '#4fc3d8', other: '#5f6f78', ramp: ['#1b3a42', '#a5edfa'],
    categories: ['#4fc3d8', '#f2a65a', '#b79bf0', '#6fd3a0', '#ff8fa3', '#8db8ff', '#d8b878', '#a3b4bf', '#e79bdc'],
  },
} as const satisfies Record<'light' | 'dark', ChartColors>

/** `n` colours between two. */
export function rampOf([from, to]: readonly [string, string], n: number): string[] {
  const parts = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  const [start, end] = [parts(from), parts(to)]
  const mixed = (part: number): string => `#${start.map((value, at) => Math.round(value + ((end[at] ?? 0) - value) * part).toString(16).padStart(2, '0')).join('')}`
  return Array.from({ length: n }, (_one, at) => mixed(n === 1 ? 0.6 : 0.15 + (0.85 * at) / (n - 1)))
}
