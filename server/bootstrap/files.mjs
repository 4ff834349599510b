// Small file work that has to survive a Ctrl-C: everything is written beside its place
// and renamed into it, so a reader sees the old or the new content and never half of it.
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`${path} is not readable: ${error.message}`)
  }
}

export function writeAtomically(path, text, mode = 0o644) {
  const temporary = `${path}.${process.pid}.new`
  writeFileSync(temporary, text, { mode })
  renameSync(temporary, path)
}

export function writeJson(path, value, mode) {
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`, mode)
}

export function digest(...parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex').slice(0, 16)
}
