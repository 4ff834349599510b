// The log of one command: a JSON line per event, in the form of server/log.ts, in <data>/logs/<name>.log.
// Written without any package, for the first step is what fetches those.
// Secrets never enter it: those of the settings and of secrets.json are cut out of every text, and so are
// passwords in addresses and tokens, because a failed step's detail is what another program said.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { openLog } from './data-folder.mjs'
import { readJson } from './files.mjs'
import { Stopped } from './setup-error.mjs'

const secretName = /secret|passw|token|private|api_?key/i
const shortestSecret = 6

/** The secret values among nested names and values; shorter ones are words that would be cut everywhere. */
function secretsIn(values) {
  return Object.entries(values ?? {}).flatMap(([name, value]) => {
    if (typeof value === 'object') return secretsIn(value)
    return secretName.test(name) && String(value).length >= shortestSecret ? [String(value)] : []
  })
}

export function hideSecrets(text, secrets) {
  const cut = secrets.reduce((rest, secret) => rest.split(secret).join('[hidden]'), text)
  return cut.replace(/(:\/\/[^\s/@:]*:)[^\s/@]+@/g, '$1[hidden]@').replace(/\b(token=)[^\s&;"]+/gi, '$1[hidden]')
}

/** Opened by its first line, so that a command that is refused leaves the log of the one that runs alone. */
export function createLog(folders, name, env) {
  let file
  function write(level, fields, msg) {
    const secrets = secretsIn({ ...env, kept: readJson(folders.secrets) })
    const hide = (_, value) => (typeof value === 'string' ? hideSecrets(value, secrets) : value)
    const line = JSON.stringify({ level, time: new Date().toISOString(), component: name, ...fields, msg }, hide)
    try {
      file ??= openLog(folders, name)
      writeSync(file, `${line}\n`)
    } catch {
      // A full disk stops the start by itself and in better words than the log could.
    }
  }
  return {
    file: join(folders.logs, `${name}.log`),
    info: (fields, msg) => write('info', fields, msg),
    warn: (fields, msg) => write('warn', fields, msg),
    error: (fields, msg) => write('error', fields, msg),
  }
}

/** Runs `work` with a line when it begins and one when it ends, fails or is stopped. `detail` may say more by then. */
export async function logStep(log, step, work, detail = () => '') {
  const began = Date.now()
  const took = () => ({ step, ms: Date.now() - began, ...(detail() && { detail: detail() }) })
  log.info({ step }, 'step began')
  try {
    const answer = await work()
    log.info(took(), 'step ended')
    return answer
  } catch (error) {
    if (error instanceof Stopped) log.info(took(), 'step stopped')
    else log.error({ ...took(), err: errorFields(error) }, 'step failed')
    throw error
  }
}

export const errorFields = (error) => ({ type: error.name, message: error.message, stack: error.stack })
