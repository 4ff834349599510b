/**
 * Terminal text: joins a stream's pieces as a terminal would show them. A carriage return takes the line back
 * to its start, so a progress bar of ten thousand updates stays one line; a backspace takes one character.
 */
export function appendTerminalText(shown: string, piece: string): string {
  if (!/[\r\b]/.test(piece) && !shown.endsWith('\r')) return shown + piece
  const lineStart = shown.lastIndexOf('\n') + 1
  return shown.slice(0, lineStart) + settle(shown.slice(lineStart) + piece)
}

function settle(text: string): string {
  return text.replace(/\r+\n/g, '\n').split('\n').map(settleLine).join('\n')
}

/** A return at the very end is kept: what follows it may be a line break or the next picture of the bar. */
function settleLine(line: string): string {
  const isOpen = line.endsWith('\r')
  const closed = isOpen ? line.replace(/\r+$/, '') : line
  const last = closed.slice(closed.lastIndexOf('\r') + 1)
  return eraseBackspaces(last) + (isOpen ? '\r' : '')
}

function eraseBackspaces(line: string): string {
  let text = line
  while (text.includes('\b')) text = text.replace(/^\x08+|[^\x08]\x08/, '')
  return text
}
