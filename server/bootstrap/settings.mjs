// The settings a person gave: the environment, and below it the checkout's .env file.
// (A parser of our own because Node 18 has none; `export`, quotes and # comments are known.)
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { repoRoot } from './where.mjs'

export function parseEnvFile(text) {
  const values = {}
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line)
    if (!match) continue
    const [, name, raw] = match
    const quoted = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(raw)
    values[name] = quoted ? quoted[2] : raw.replace(/(^|\s+)#.*$/, '')
  }
  return values
}

function readEnvFile() {
  try {
    return parseEnvFile(readFileSync(join(repoRoot, '.env'), 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

/** An empty value counts as not given, so that `DATABASE_URL=` in .env means the embedded one. */
export function readSettings(env = process.env) {
  const given = {}
  for (const [name, value] of Object.entries({ ...readEnvFile(), ...env })) if (value !== '') given[name] = value
  return given
}

export function dataFolderOf(settings) {
  return resolve(repoRoot, settings.DATAHARBOUR_DATA ?? '.data')
}
