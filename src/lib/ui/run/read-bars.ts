/**
 * Read bars: the progress bars at the end of a text, as tqdm writes them: `label:  45%|████▌     | 45/100 [00:04<00:05,
 * 10.2it/s]`. They are drawn as bars, so that they stand still and fit any width; the text before them stays text.
 */
export interface TextBar {
  label: string
  percent: number
  /** `45/100`. */
  count: string
  /** `00:04<00:05, 10.2it/s`. */
  pace: string
}

const BAR = /^(?:(.*?):?\s+|\s*)(\d{1,3})%\|[^|]*\|\s*([^\s[]+)\s*\[([^\]]*)\]\s*(.*)$/
const CODES = /\x1b\[[\d;]*m/g
const BARS_MAX = 10

export function readBars(text: string): { text: string; bars: TextBar[] } {
  if (!text.includes('%|')) return { text, bars: [] }
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const bars: TextBar[] = []
  while (bars.length < BARS_MAX) {
    const bar = readBar(lines.at(-1) ?? '')
    if (bar === null) break
    bars.unshift(bar)
    lines.pop()
  }
  return bars.length === 0 ? { text, bars } : { text: lines.join('\n'), bars }
}

function readBar(line: string): TextBar | null {
  const [, label = '', percent = '', count = '', pace = '', note = ''] = BAR.exec(line.replace(CODES, '').trimEnd()) ?? []
  if (count === '' || Number(percent) > 100) return null
  return { label: label.trim(), percent: Number(percent), count, pace: note === '' ? pace : `${pace}, ${note}` }
}
