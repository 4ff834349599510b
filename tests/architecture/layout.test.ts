/** The drawing of the system, checked: who may import whom, no cycles, sizes, and where the environment and the document's keys may be touched. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSource, ROOT, type SourceFile } from './read-source.ts'

const files = readSource()
const source = files.filter((file) => !file.path.startsWith('tests/') && !file.path.startsWith('spark/'))

/** Layer of a path, most specific first. */
const LAYERS: [string, RegExp][] = [
  ['domain', /^src\/lib\/domain\//],
  ['document', /^src\/lib\/document\//],
  ['live', /^src\/lib\/live\//],
  ['editor', /^src\/lib\/editor\//],
  ['ui', /^src\/lib\/ui\//],
  ['door', /^src\/lib\/server\//],
  ['routes', /^src\/(routes\/|hooks|app)/],
  ['bootstrap', /^server\/bootstrap\//],
  ['rim', /^server\/(store|objects|reader|log|config|errors|deps)/],
  ['server', /^server\//],
  ['workers', /^workers\//],
]

const MAY_IMPORT: Record<string, string[]> = {
  domain: ['domain'],
  document: ['document', 'domain'],
  live: ['live', 'document', 'domain'],
  editor: ['editor', 'live', 'document', 'domain'],
  ui: ['ui', 'editor', 'live', 'document', 'domain'],
  door: ['door', 'server', 'rim', 'document', 'domain'],
  routes: ['routes', 'door', 'ui', 'live', 'editor', 'document', 'domain'],
  bootstrap: ['bootstrap'],
  rim: ['rim', 'server', 'document', 'domain'],
  server: ['server', 'rim', 'document', 'domain'],
  workers: ['workers', 'server', 'rim', 'document', 'domain'],
}

const layerOf = (path: string): string => LAYERS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'outside'

describe('layout', () => {
  it('has only the code folders of the drawing at the top', () => {
    const allowed = new Set(['src', 'server', 'workers', 'spark', 'docker', 'tests', 'docs', 'node_modules', 'build', 'test-results', 'playwright-report'])
    const folders = readdirSync(ROOT).filter((name) => !name.startsWith('.') && statSync(join(ROOT, name)).isDirectory())
    expect(folders.filter((name) => !allowed.has(name))).toEqual([])
  })

  it('lets imports go one way only', () => {
    const wrong = source.flatMap((file) =>
      file.imports.filter((target) => !isAllowed(file, target)).map((target) => `${file.path} → ${target}`))
    expect(wrong).toEqual([])
  })

  it('keeps pages and routes to the one door into the server', () => {
    const wrong = source.filter((file) => layerOf(file.path) === 'routes')
      .flatMap((file) => file.runtimeImports.filter((target) => /^server\//.test(target)).map((target) => `${file.path} → ${target}`))
    expect(wrong).toEqual([])
  })

  it('imports only files that exist', () => {
    const missing = source.flatMap((file) => file.imports.filter((target) => !isThere(target)).map((target) => `${file.path} → ${target}`))
    expect(missing).toEqual([])
  })

  it('has no cycle', () => {
    expect(findCycle(source)).toBeNull()
  })

  it('keeps domain free of packages', () => {
    const wrong = source.filter((file) => layerOf(file.path) === 'domain').flatMap((file) => file.packages.map((name) => `${file.path} → ${name}`))
    expect(wrong).toEqual([])
  })
})

describe('rules of the house', () => {
  it('keeps every file below 500 lines, tests below 800', () => {
    const long = files.filter((file) => file.lines > (file.path.includes('tests/') ? 800 : 500)).map((file) => `${file.path}: ${file.lines}`)
    expect(long).toEqual([])
  })

  it('reads the environment in config.ts and the bootstrap only', () => {
    const wrong = source.filter((file) => /process\.env\b/.test(file.text) && file.path !== 'server/config.ts' && layerOf(file.path) !== 'bootstrap')
    expect(wrong.map((file) => file.path)).toEqual([])
  })

  it('S26: gives every process that a worker starts an environment of its own', () => {
    const starting = source.filter((file) => layerOf(file.path) === 'workers' && file.text.includes("from 'node:child_process'"))
    const calls = starting.flatMap((file) => file.text.split('\n').filter((line) => /\b(spawn|execFile|execFileSync|run)\([\w']/.test(line)).map((line) => `${file.path}: ${line.trim()}`))
    expect(calls.length).toBeGreaterThan(5)
    expect(calls.filter((call) => !/\benv\b/.test(call))).toEqual([])
  })

  it('knows the keys of the document in src/lib/document only', () => {
    const wrong = source.filter((file) => layerOf(file.path) !== 'document' && /\.(getMap|getArray|getText|getXmlFragment)\(/.test(file.text))
    expect(wrong.map((file) => file.path)).toEqual([])
  })

  it('renders raw HTML in one module only', () => {
    const wrong = source.filter((file) => /\{@html\b/.test(file.text)).map((file) => file.path)
    expect(wrong.filter((path) => !/\/(MarkdownText|StreamText)\.svelte$/.test(path))).toEqual([])
  })

  it('names no file after nothing', () => {
    const vague = /(^|\/)(utils?|helpers?|common|manager|service|types|misc)\.(ts|js|mjs|svelte|py)$/
    expect(files.filter((file) => vague.test(file.path)).map((file) => file.path)).toEqual([])
  })

  it('leaves nothing soft: no TODO, no skipped test', () => {
    const soft = /\b(TODO|FIXME|XXX|HACK)\b|\b(it|test|describe)\.(skip|only|todo)\(|pytest\.mark\.skip\b/
    expect(files.filter((file) => soft.test(file.text) && !file.path.startsWith('tests/architecture/')).map((file) => file.path)).toEqual([])
  })
})

function isAllowed(file: SourceFile, target: string): boolean {
  const from = layerOf(file.path)
  const to = layerOf(target)
  if (to === 'outside') return true
  return MAY_IMPORT[from]?.includes(to) ?? false
}

function isThere(target: string): boolean {
  if (target.startsWith('build/') || target.includes('$types')) return true
  return existsSync(join(ROOT, target))
}

function findCycle(all: SourceFile[]): string | null {
  const graph = new Map(all.map((file) => [file.path, file.runtimeImports]))
  const done = new Set<string>()
  const visit = (path: string, trail: string[]): string | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path].join(' → ')
    if (done.has(path)) return null
    for (const next of graph.get(path) ?? []) {
      const cycle = visit(next, [...trail, path])
      if (cycle !== null) return cycle
    }
    done.add(path)
    return null
  }
  for (const path of graph.keys()) {
    const cycle = visit(path, [])
    if (cycle !== null) return cycle
  }
  return null
}
