// Shows a child's warnings and errors on the terminal, read from its log file.
// The child writes into the file itself, not through us: a killed `npm start` then leaves it
// with a log that still works instead of a broken pipe.
import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

const everyMs = 250
const shownLevels = new Set(['warn', 'error', 'fatal'])

/** A JSON line as a person reads it; undefined when it is not worth showing. Other text is a crash's own words. */
export function showLine(name, line, isJsonWanted = false) {
  if (!line.trim()) return undefined
  let entry
  try {
    entry = JSON.parse(line)
  } catch {
    return `${name} | ${line}`
  }
  if (!shownLevels.has(entry?.level)) return undefined
  if (isJsonWanted) return line
  const time = String(entry.time ?? '').slice(11, 19)
  const reason = entry.err?.message ?? entry.reason
  return `${time} ${entry.component ?? name} ${entry.level}: ${entry.msg ?? ''}${reason ? ` (${reason})` : ''}`
}

export function followLog(path, name, show, isJsonWanted) {
  const file = openSync(path, 'r')
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.alloc(64 * 1024)
  let rest = ''
  function read() {
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, size))).split('\n')
      rest = lines.pop()
      for (const line of lines) {
        const shown = showLine(name, line, isJsonWanted)
        if (shown) show(shown)
      }
    }
  }
  const timer = setInterval(read, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    read()
    closeSync(file)
  }
}
