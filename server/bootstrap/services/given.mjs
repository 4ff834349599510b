// Services that a person gave us are never started; we only look whether somebody listens
// there, to say so in one sentence instead of a stack trace a minute later.
import { canConnect } from '../ports.mjs'
import { SetupError } from '../setup-error.mjs'

const usualPorts = { 'postgres:': 5432, 'postgresql:': 5432, 'http:': 80, 'https:': 443, 'sc:': 15002 }

export async function checkGiven(settings, name, whatItIs) {
  let url
  try {
    url = new URL(settings[name].replace(/^sc:/, 'http:'))
  } catch {
    throw new SetupError(`${name} is not a URL.`)
  }
  const scheme = settings[name].slice(0, settings[name].indexOf(':') + 1)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || usualPorts[scheme])
  // A url without a host (a Unix socket) is left to the client.
  if (!host || !port || (await canConnect(port, host, 5000))) return
  throw new SetupError(`${whatItIs} given in ${name} does not answer at ${host}:${port}: start it, or remove ${name} to use the embedded one.`)
}
