/**
 * Read error: what a person needs first from an error: the place in their own cell; everything else is folded.
 * Frames come from the kernel as texts: those of the cell begin with `Cell`, those of libraries with `File`, and
 * between them stand the words that chain one error to another.
 */
export interface ReadError {
  own: string[]
  /** Library frames and the words between them, in their order. */
  rest: string[]
  libraryFrames: number
  /** Line of the cell where it went wrong, when the frames say so. */
  line: number | null
}

interface ErrorParts {
  name: string
  message: string
  frames: readonly string[]
  jvmTrace: string | null
}

const ANSI = /\x1b\[[0-9;]*m/g
const OWN = /^\s*Cell\b/
const LIBRARY = /^\s*File\b/

export function readError({ name, message, frames }: Pick<ErrorParts, 'name' | 'message' | 'frames'>): ReadError {
  // The head of the box says it already.
  const said = new Set([`${name}: ${message}`, message, name, ''])
  const told = frames.filter((frame) => !said.has(bare(frame).trim()))
  const own = told.filter((frame) => OWN.test(bare(frame)))
  const rest = told.filter((frame) => !OWN.test(bare(frame)))
  // Spark says its place at the end, or in brackets before the statement that it repeats.
  const line = /line (\d+)/.exec(bare(own.at(-1) ?? ''))?.[1] ?? /\bline (\d+)(?:, column \d+)?\)?$/.exec(message)?.[1] ?? /\(line (\d+), column \d+\)/.exec(message)?.[1]
  return { own, rest, libraryFrames: rest.filter((frame) => LIBRARY.test(bare(frame))).length, line: line === undefined ? null : Number(line) }
}

const bare = (text: string): string => text.replace(ANSI, '')

/** The whole error as plain text, to paste into a message. */
export const errorText = ({ name, message, frames, jvmTrace }: ErrorParts): string =>
  [...frames.map(bare), `${name}: ${message}`, ...(jvmTrace === null ? [] : [jvmTrace])].join('\n')
