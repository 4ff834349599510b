/**
 * What is wrong with a cron text, as a sentence that says what to write instead; null when the fields
 * are in order. croner's own messages speak of patterns and configuration entries, which help nobody.
 */
interface Field {
  name: string
  least: number
  most: number
  /** Words that may stand for numbers. */
  words: string
  /** Forms besides numbers, lists, ranges and steps. */
  special: RegExp | null
}

const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, words: '', special: null },
  { name: 'hour', least: 0, most: 23, words: '', special: null },
  { name: 'day of the month', least: 1, most: 31, words: '', special: /^(L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', least: 1, most: 12, words: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC', special: null },
  { name: 'day of the week', least: 0, most: 7, words: 'SUN MON TUE WED THU FRI SAT', special: /^([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])$/ },
]

const LENGTH_MAX = 200
const NICKNAMES: Record<string, string> = {
  '@hourly': '0 * * * *', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *', '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *',
}

export function problemOfCron(text: string): string | null {
  if (text.length > LENGTH_MAX) return `A cron text has at most ${LENGTH_MAX} characters.`
  const trimmed = text.trim()
  if (trimmed === '') return 'Write five fields: minute, hour, day of the month, month, day of the week. 0 9 * * * is every day at 09:00.'
  if (trimmed.startsWith('@')) {
    const same = NICKNAMES[trimmed.toLowerCase()]
    return same === undefined ? 'Write five fields instead of a name with @.' : `Write ${same} instead of ${trimmed}.`
  }
  const parts = trimmed.toUpperCase().split(/\s+/)
  if (parts.length === 6 || parts.length === 7) return `There are ${parts.length} fields; leave the seconds and the year out. A schedule runs at most once a minute.`
  if (parts.length !== 5) return `There ${parts.length === 1 ? 'is 1 field' : `are ${parts.length} fields`} and there must be five: minute, hour, day of the month, month, day of the week.`
  for (const [index, field] of FIELDS.entries()) {
    for (const item of parts[index]!.split(',')) {
      const problem = problemOfItem(item, field)
      if (problem !== null) return problem
    }
  }
  return null
}

function problemOfItem(item: string, field: Field): string | null {
  if (item === '') return `A value is missing beside a comma in the ${field.name}.`
  if (field.special?.test(item) === true) return null
  const [, range, step] = /^([^/]*)(?:\/(.*))?$/.exec(item) as unknown as [string, string, string | undefined]
  const ends = range === '*' ? [] : range.split('-')
  const numbers = ends.map((end) => numberOf(end, field))
  if (ends.length > 2 || numbers.some((number) => Number.isNaN(number))) return `“${item.slice(0, 20)}” is not ${a(field)}: use ${exampleOf(field)}.`
  const outside = numbers.find((number) => number < field.least || number > field.most)
  if (outside !== undefined) return `${outside} is not ${a(field)}: use ${field.least} to ${field.most}.`
  if (numbers.length === 2 && numbers[0]! > numbers[1]!) return `${range} goes backwards in the ${field.name}: put the smaller first.`
  return step === undefined ? null : problemOfStep(step, numbers.length, field)
}

function problemOfStep(step: string, ends: number, field: Field): string | null {
  const size = /^\d{1,3}$/.test(step) ? Number(step) : 0
  if (ends === 1) return `A step needs a range in the ${field.name}: write */${size || 2} or a range such as ${field.least}-${field.most}/${size || 2}.`
  if (size >= 1 && size <= field.most) return null
  return `A step of the ${field.name} is 1 to ${field.most}: */${step.slice(0, 10)} is not possible.`
}

function numberOf(text: string, field: Field): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  const at = field.words.split(' ').indexOf(text)
  return field.words === '' || at === -1 ? Number.NaN : at + field.least
}

const exampleOf = (field: Field): string =>
  `${field.least} to ${field.most}${field.words === '' ? '' : ` or ${field.words.split(' ')[0]}…`}, *, a list with commas, a range with - or a step with */`

const a = (field: Field): string => `${field.name === 'hour' ? 'an' : 'a'} ${field.name}`
