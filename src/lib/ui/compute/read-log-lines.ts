/** Spark's log, whose lines are JSON objects, as lines a person can read. What is no JSON stays as it is. Pure. */
export const readLogLines = (text: string): string => text.trimEnd().split('\n').map(readLine).join('\n')

function readLine(line: string): string {
  const entry = parse(line)
  if (entry === null) return line
  const { time, level, logger, msg, error } = entry
  const head = [String(time ?? '').slice(11, 19), level, logger].filter((part) => typeof part === 'string' && part !== '').join(' ')
  const cause = typeof error === 'string' && error !== '' ? `\n    ${error.split('\n')[0]}` : ''
  return `${head}: ${String(msg)}${cause}`
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'msg' in value ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
