/** Reads the source tree for the architecture tests: files with their lines and the repository files they import. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const CODE_FOLDERS = ['src', 'server', 'workers', 'spark', 'tests'] as const

export interface SourceFile {
  /** Path from the root, with forward slashes. */
  path: string
  text: string
  lines: number
  /** Paths (from the root) of files of this repository that it imports, types included. */
  imports: string[]
  /** The same without `import type`. */
  runtimeImports: string[]
  packages: string[]
}

const SKIP = new Set(['node_modules', '.svelte-kit', 'build', '.data', 'migrations', '__pycache__', 'test-results'])
const CODE = /\.(ts|js|mjs|svelte|py)$/

export function readSource(): SourceFile[] {
  return CODE_FOLDERS.flatMap((folder) => walk(join(ROOT, folder))).map(readOne)
}

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (SKIP.has(name)) return []
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return walk(path)
    return CODE.test(name) ? [path] : []
  })
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

function readOne(path: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const found = [...text.matchAll(IMPORT)].map((match) => ({ isType: match[1] !== undefined, target: match[2] ?? match[3] ?? '' }))
  const own = found.map((one) => ({ ...one, target: resolveOwn(path, one.target) }))
  return {
    path: relative(ROOT, path).replaceAll('\\', '/'),
    text,
    lines: text.split('\n').length,
    imports: own.flatMap((one) => (one.target === null ? [] : [one.target])),
    runtimeImports: own.flatMap((one) => (one.target === null || one.isType ? [] : [one.target])),
    packages: found.filter((one) => !/^[.#$]/.test(one.target)).map((one) => one.target),
  }
}

const ALIASES: [string, string][] = [['#lib/', 'src/lib/'], ['$lib/', 'src/lib/'], ['#server/', 'server/'], ['#workers/', 'workers/']]

function resolveOwn(from: string, target: string): string | null {
  for (const [alias, folder] of ALIASES) if (target.startsWith(alias)) return folder + target.slice(alias.length).split('?')[0]
  if (!target.startsWith('.')) return null
  return normalize(relative(ROOT, join(dirname(from), target.split('?')[0] ?? ''))).replaceAll('\\', '/')
}
