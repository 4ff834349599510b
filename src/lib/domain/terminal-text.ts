/**
 * Terminal text: joins a stream's pieces as a terminal would show them. A return goes back to the start of the line and
 * what follows writes over it, a backspace goes back by one, and the escapes that progress bars use (erase the line,
 * move up, down, left, right) do what they say. So ten thousand updates of a bar stay one line. Colours stay as codes.
 *
 * Plain text, nearly everything, is only appended; the lines around the cursor are laid out when something moves it.
 */
export interface TerminalText {
  text: string
  /** How many characters before the end the cursor stands. */
  back: number
}

export const NO_TEXT: TerminalText = { text: '', back: 0 }

const MOVES = /[\r\b]|\x1b\[[\d;?]*[A-HJKf]/
/** A piece may end in the middle of an escape. */
const UNFINISHED = /\x1b(?:\[[\d;?]*)?$/
const ESCAPE_MAX = 32
const TOKEN = /\x1b\[([\d;?]*)([A-Za-z])|[\s\S]/gu
/** Lines above the cursor that can still be written over. */
const LINES_UP = 100
const WIDEST = 10_000

export function writeTerminal({ text, back }: TerminalText, piece: string): TerminalText {
  const open = back === 0 ? (UNFINISHED.exec(text.slice(-ESCAPE_MAX))?.[0] ?? '') : ''
  const written = (open + piece).replace(/\r+\n/g, '\n')
  if (open === '' && back === 0 && !MOVES.test(written)) return { text: text + written, back: 0 }
  const shown = text.slice(0, text.length - open.length)
  if (back === 0 && !MOVES.test(written)) return { text: shown + written, back: 0 }
  const start = regionStart(shown, back, written)
  const region = layOut(shown.slice(start), back)
  write(region, written)
  const { text: drawn, back: left } = draw(region)
  return { text: shown.slice(0, start) + drawn, back: left }
}

interface Cell { letter: string; pen: string }
interface Screen { lines: Cell[][]; row: number; column: number; pen: string }

/** Where the lines begin that the piece can reach. */
function regionStart(text: string, back: number, piece: string): number {
  const ups = Math.min(LINES_UP, [...piece.matchAll(/\x1b\[(\d*)A/g)].reduce((sum, [, count]) => sum + Math.max(1, Number(count)), 0))
  let at = text.length - back
  for (let line = 0; line <= ups && at >= 0; line++) at = at === 0 ? -1 : text.lastIndexOf('\n', at - 1)
  return at + 1
}

/** From text to cells, with the cursor where it stands. */
function layOut(text: string, back: number): Screen {
  const screen: Screen = { lines: [[]], row: 0, column: 0, pen: '' }
  let cursor: { row: number; column: number } | null = null
  for (const token of text.matchAll(TOKEN)) {
    if (cursor === null && token.index >= text.length - back) cursor = { row: screen.row, column: screen.column }
    put(screen, token[0], token[1], token[2])
  }
  return Object.assign(screen, cursor)
}

function write(screen: Screen, piece: string): void {
  for (const [whole, codes, letter] of piece.matchAll(TOKEN)) put(screen, whole, codes, letter)
}

function put(screen: Screen, whole: string, codes: string | undefined, letter: string | undefined): void {
  const { lines, row, column } = screen
  if (letter === 'm') screen.pen = penAfter(screen.pen, codes ?? '')
  else if (letter !== undefined) move(screen, letter, Number.parseInt(codes ?? '', 10))
  else if (whole === '\r') screen.column = 0
  else if (whole === '\b') screen.column = Math.max(0, column - 1)
  else if (whole === '\n') {
    if (row === lines.length - 1) lines.push([])
    Object.assign(screen, { row: row + 1, column: 0 })
  } else {
    const line = lines[row]!
    while (line.length < column) line.push({ letter: ' ', pen: '' })
    line[column] = { letter: whole, pen: screen.pen }
    screen.column = column + 1
  }
}

function move(screen: Screen, letter: string, given: number): void {
  const count = Number.isNaN(given) ? 1 : Math.max(1, given)
  const line = screen.lines[screen.row]!
  if (letter === 'A') screen.row = Math.max(0, screen.row - count)
  else if (letter === 'B') screen.row = Math.min(screen.lines.length - 1, screen.row + count)
  else if (letter === 'C') screen.column = Math.min(WIDEST, screen.column + count)
  else if (letter === 'D') screen.column = Math.max(0, screen.column - count)
  else if (letter === 'G') screen.column = Math.min(WIDEST, count - 1)
  else if (letter === 'K') {
    const [from, to] = given === 1 ? [0, screen.column + 1] : given === 2 ? [0, line.length] : [screen.column, line.length]
    if (to >= line.length) line.length = Math.min(from, line.length)
    else line.fill({ letter: ' ', pen: '' }, from, to)
  }
}

/**
 * The pen as the codes that make it: '' is whatever it was before these lines, a first `0` a fresh start. A later
 * colour takes the place of an earlier one, so a line of a thousand changes keeps a short pen.
 */
function penAfter(pen: string, codes: string): string {
  const set = new Map<string, string>(pen === '' ? [] : pen.split('|').map((code) => [penPart(code), code]))
  const given = (codes === '' ? '0' : codes).split(';')
  for (let at = 0; at < given.length; at++) {
    const isLong = /^[34]8$/.test(given[at] ?? '')
    const code = isLong ? given.slice(at, at + (given[at + 1] === '2' ? 5 : 3)).join(';') : (given[at] ?? '')
    if (isLong) at += given[at + 1] === '2' ? 4 : 2
    if (Number(code) === 0) set.clear()
    set.delete(penPart(code))
    set.set(penPart(code), Number(code) === 0 ? '0' : code)
  }
  return [...set.values()].join('|')
}

const penPart = (code: string): string => (/^(3|9)\d/.test(code) ? 'text' : /^(4|10)\d/.test(code) ? 'ground' : code)

function draw({ lines, row, column, pen: last }: Screen): TerminalText {
  let text = ''
  let pen = ''
  let cursor = -1
  const use = (wanted: string) => {
    const isFresh = pen === '' || wanted.startsWith('0')
    if (wanted !== pen) text += wanted === '' ? '\x1b[0m' : `\x1b[${isFresh ? '' : '0;'}${wanted.replaceAll('|', ';')}m`
    pen = wanted
  }
  lines.forEach((line, at) => {
    if (at > 0) text += '\n'
    if (at === row) while (line.length < column) line.push({ letter: ' ', pen })
    line.forEach((cell, place) => {
      if (at === row && place === column) cursor = text.length
      use(cell.pen)
      text += cell.letter
    })
    if (at === row && column === line.length) cursor = text.length
  })
  use(last)
  const isAtEnd = row === lines.length - 1 && column === lines[row]!.length
  return { text, back: isAtEnd ? 0 : text.length - cursor }
}
