/** A text without the line ends at its end. By hand: a pattern tries every run of line ends in the middle to its end again. */
export function withoutLineEnds(text: string): string {
  let end = text.length
  while (text[end - 1] === '\n') end -= 1
  return text.slice(0, end)
}
