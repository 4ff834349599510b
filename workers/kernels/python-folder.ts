/**
 * A Python environment of a notebook's own, as thin as a folder can be: what is installed in it comes first, all else is
 * found in the shared one. Its kernels run in it, so every way of installing (`%pip`, `!pip`, `subprocess`, uv) puts
 * packages here and never into the shared one; pip calls what is shared "outside environment" and lets it be.
 *
 * It is what `python -m venv` makes, without its second of work, with one line that leads to the shared packages.
 */
import { execFile } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { TOOL_ENV } from '../processes/tool-env.ts'

const run = promisify(execFile)

/** The shared Python, as it describes itself. */
export interface SharedPython {
  executable: string
  version: string
  /** Folders in which it finds its packages. */
  packages: string[]
}

export interface PythonFolder {
  python: string
  bin: string
  root: string
  /** Where packages are put. */
  packages: string
}

const SHARED_PTH = 'zz-shared.pth'

const DESCRIBE = `import json, os, sys
print(json.dumps({
  'executable': os.path.realpath(getattr(sys, '_base_executable', sys.executable)),
  'version': '%d.%d' % sys.version_info[:2],
  'packages': [path for path in sys.path if os.path.basename(path) in ('site-packages', 'dist-packages')],
}))`

const described = z.object({ executable: z.string().min(1), version: z.string().regex(/^\d+\.\d+$/), packages: z.array(z.string()) })

export async function describePython(python: string): Promise<SharedPython> {
  const { stdout } = await run(python, ['-c', DESCRIBE], { env: TOOL_ENV })
  return described.parse(JSON.parse(stdout))
}

/** Made where it is not there, put right where the shared Python has changed. */
export function ensurePythonFolder(root: string, shared: SharedPython): PythonFolder {
  const bin = join(root, 'bin')
  const packages = join(root, 'lib', `python${shared.version}`, 'site-packages')
  const python = join(bin, 'python')
  mkdirSync(bin, { recursive: true, mode: 0o700 })
  mkdirSync(packages, { recursive: true, mode: 0o700 })
  for (const name of ['python', 'python3', `python${shared.version}`]) link(name === 'python' ? shared.executable : 'python', join(bin, name))
  keep(join(root, 'pyvenv.cfg'), `home = ${dirname(shared.executable)}\ninclude-system-site-packages = false\nversion = ${shared.version}\n`)
  keep(join(packages, SHARED_PTH), shared.packages.map((path) => `${path}\n`).join(''))
  for (const name of ['pip', 'pip3']) {
    keep(join(bin, name), '#!/bin/sh\nexec "$(dirname "$0")/python" -m pip "$@"\n')
    chmodSync(join(bin, name), 0o700)
  }
  return { root, bin, python, packages }
}

/** Whether it holds nothing but what we put there: a kernel of it finds what the shared Python finds. */
export function isUntouched({ packages }: PythonFolder): boolean {
  return readdirSync(packages).every((name) => name === SHARED_PTH)
}

/** Names and versions of the packages in it, in PyPI's normal form. */
export function installedIn({ packages }: PythonFolder): Set<string> {
  return new Set(readdirSync(packages).flatMap((name) => /^(.+?)-[^-]+\.dist-info$/.exec(name)?.[1] ?? []).map(normalName))
}

export const normalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

function link(target: string, path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(path) === target) return
  rmSync(path, { force: true })
  symlinkSync(target, path)
}

function keep(path: string, text: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() === true && readFileSync(path, 'utf8') === text) return
  // Code in cells may write here: nothing of its making is followed to somewhere else.
  rmSync(path, { force: true, recursive: true })
  writeFileSync(path, text, { mode: 0o600 })
}
