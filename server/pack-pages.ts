/**
 * The Vite plugin that packs what a browser loads, so that a notebook can be written in soon after its address was
 * opened. On a page of ninety small files more time goes into asking than into reading: what several pages share goes
 * into few. And the editor is imported once the page's code runs; asked for only then, everybody would wait for it: each
 * page that comes to it asks for its files in the head of its HTML, behind its own. When it is evaluated does not change.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest, Plugin } from 'vite'

const EDITOR = 'src/lib/editor/monaco.ts'

export function packPages(): Plugin {
  return {
    name: 'dataharbour-pack-pages',
    apply: 'build',
    configEnvironment: (name) => (name === 'client' ? { build: { rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } } } } : null),
    generateBundle: {
      // The words count in the first line only, and Vite adds one of its own.
      order: 'post',
      handler(_options, bundle) {
        if (this.environment.name !== 'client') return
        for (const chunk of Object.values(bundle)) {
          if (chunk.type === 'chunk' && RUN_AT_ONCE.includes(chunk.name)) chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`
        }
      },
    },
    writeBundle: {
      order: 'post',
      handler({ dir }) {
        if (this.environment.name !== 'client') return
        const path = join(dir ?? '', '.vite/manifest.json')
        const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
        if (manifest[EDITOR] === undefined) throw new Error(`${EDITOR} is no longer imported on its own.`)
        askEarly(manifest)
        writeFileSync(path, JSON.stringify(manifest))
      },
    },
  }
}

const initial = ['$initial' as const]
/** What every page runs on, what nearly every page is drawn with, and the editor in three, which are read side by side. */
const GROUPS = [
  { name: 'runtime', test: /node_modules[\\/](svelte|@sveltejs|devalue|clsx|esm-env)[\\/]|vite[\\/]preload-helper/, tags: initial },
  { name: 'kit', test: /node_modules[\\/](bits-ui|svelte-toolbelt|runed|@floating-ui|tabbable|@lucide|style-to-object|inline-style-parser)[\\/]|src[\\/]lib[\\/]ui[\\/](kit|shell)[\\/]/, tags: initial, minShareCount: 2 },
  { name: 'editor-base', test: /monaco-editor[\\/]esm[\\/]vs[\\/]base[\\/]/ },
  { name: 'editor-platform', test: /monaco-editor[\\/]esm[\\/]vs[\\/]platform[\\/]/ },
]
/** Most of these runs while a notebook opens: V8 compiles it beside the page, and not function by function in its way. */
const RUN_AT_ONCE = ['runtime', 'NotebookView']

/** SvelteKit writes what a page imports (modulepreload, stylesheet) as the manifest has it: one that comes later would not be. */
export function askEarly(manifest: Manifest): void {
  const pages = Object.keys(manifest).filter((name) => manifest[name]?.isEntry === true && comesTo(manifest, name))
  for (const chunk of Object.values(manifest)) chunk.dynamicImports = chunk.dynamicImports?.filter((name) => name !== EDITOR)
  for (const name of pages) manifest[name]?.imports?.push(EDITOR)
}

function comesTo(manifest: Manifest, name: string, seen = new Set<string>()): boolean {
  if (seen.has(name)) return false
  seen.add(name)
  const { imports, dynamicImports } = manifest[name] ?? {}
  return dynamicImports?.includes(EDITOR) === true || imports?.some((next) => comesTo(manifest, next, seen)) === true
}
