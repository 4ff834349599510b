// The Python environment of Spark and the kernels: a venv in the cache, one per
// requirements file and Python version. A venv cannot be moved, so it is made in place.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../cache.mjs'
import { digest } from '../files.mjs'
import { ask, run } from '../run.mjs'
import { SetupError } from '../setup-error.mjs'
import { canInstallPackages, installPackage } from '../system-packages.mjs'
import { repoRoot } from '../where.mjs'
import { findPython } from './find-python.mjs'

const requirements = join(repoRoot, 'spark', 'requirements.txt')

/** Debian ships Python without ensurepip: add its package as root, else use virtualenv. */
async function makeVenv(ctx, base, folder, report) {
  const options = { what: 'Making the Python environment', env: ctx.env, signal: ctx.signal, logFile: ctx.logFile('python') }
  const hasVenv = () => ask(base.path, ['-c', 'import venv, ensurepip'], options).then((answer) => answer !== undefined)
  if (!(await hasVenv()) && base.path.startsWith('/usr/bin/') && canInstallPackages()) await installPackage(ctx, 'python3-venv', report)
  if (await hasVenv()) return run(base.path, ['-m', 'venv', folder], options)
  const tools = join(folder, 'virtualenv')
  if ((await ask(base.path, ['-m', 'pip', 'install', '--quiet', '--target', tools, 'virtualenv'], options)) === undefined) {
    throw new SetupError('This Python can make no environment: install its venv package (Debian: apt install python3-venv), then run this again.')
  }
  await run(base.path, ['-m', 'virtualenv', folder], { ...options, env: { ...ctx.env, PYTHONPATH: tools } })
}

/** "Downloading pyarrow-26.0.1-….whl.metadata (3.1 kB)" as "downloading pyarrow". */
function describeLine(line, report) {
  const match = /^\s*(Collecting|Downloading|Installing collected packages)\b:?\s*(?:\S*\/)?([A-Za-z0-9_.]+)/.exec(line)
  if (!match) return
  const size = /\(([\d.]+ [MG]B)\)/.exec(line)?.[1]
  if (match[1].startsWith('Installing')) report('installing the downloaded packages')
  else report([match[1].toLowerCase(), match[2], size].filter(Boolean).join(' '))
}

export async function preparePython(ctx, report) {
  const base = await findPython(ctx.env)
  const key = digest(readFileSync(requirements), base.version, base.machine, base.path)
  const { folder, size } = await cached(ctx, 'python', key, report, async (place) => {
    const python = join(place, 'bin', 'python')
    const options = { what: 'pip install', cwd: repoRoot, env: ctx.env, signal: ctx.signal, logFile: ctx.logFile('python') }
    if (!existsSync(python) || (await ask(python, ['-m', 'pip', '--version'], options)) === undefined) await makeVenv(ctx, base, place, report)
    await run(python, ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off', '-r', requirements], {
      ...options,
      onLine: (line) => describeLine(line, report),
    })
  })
  return { python: join(folder, 'bin', 'python'), size, note: size && `Python ${base.version}` }
}
