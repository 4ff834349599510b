/**
 * Read error: what a person needs first from an error: which line of their own cell, then everything else folded.
 * Frames come from the kernel as texts, those of the cell marked by the file name `Cell`.
 */
export interface ReadError {
  own: string[]
  library: string[]
  /** Line of the cell where it went wrong, when the frames say so. */
  line: number | null
}

const ANSI = /\x1b\[[0-9;]*m/g
const OWN = /^\s*(?:File\s+)?"?(?:Cell|<cell|<ipython-input)/i

export function readError(frames: readonly string[]): ReadError {
  const own = frames.filter((frame) => OWN.test(bare(frame)))
  const library = frames.filter((frame) => !OWN.test(bare(frame)) && bare(frame).trim() !== '')
  const last = own.at(-1)
  const line = last === undefined ? null : /line (\d+)/.exec(bare(last)) ?? /^-+> ?(\d+)/m.exec(bare(last))
  return { own, library, line: line === null ? null : Number(line[1]) }
}

const bare = (text: string): string => text.replace(ANSI, '')

/** The whole error as plain text, to paste into a message. */
export const errorText = (error: { name: string; message: string; frames: readonly string[]; jvmTrace: string | null }): string =>
  [...error.frames.map(bare), `${error.name}: ${error.message}`, ...(error.jvmTrace === null ? [] : [error.jvmTrace])].join('\n')
