// A Python ≥ 3.10 on this machine: PYTHON_BASE, else the first fitting one on PATH.
import { ask } from '../run.mjs'
import { SetupError } from '../setup-error.mjs'

const oldest = 10
const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']
const question = 'import sys, platform; print(sys.version_info[0], sys.version_info[1], platform.python_version(), platform.machine(), sys.executable)'

async function describe(command, env) {
  const answer = await ask(command, ['-c', question], { env })
  const match = /^(\d+) (\d+) (\S+) (\S+) (.+)$/m.exec(answer ?? '')
  if (!match || match[1] !== '3' || Number(match[2]) < oldest) return undefined
  return { path: match[5].trim(), version: match[3], machine: match[4] }
}

export async function findPython(env) {
  if (env.PYTHON_BASE) {
    const given = await describe(env.PYTHON_BASE, env)
    if (given) return given
    throw new SetupError(`PYTHON_BASE=${env.PYTHON_BASE} is not a Python 3.${oldest} or newer.`)
  }
  for (const name of names) {
    const found = await describe(name, env)
    if (found) return found
  }
  throw new SetupError(`Python 3.${oldest} or newer was not found: install it (Debian: apt install python3 python3-venv), or set PYTHON_BASE to it, then run this again.`)
}
