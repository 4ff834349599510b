/** What is left out of Monaco: named as it is there, so that a new version cannot bring it back unseen. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LEFT_OUT, slimEditor } from '../../../server/slim-editor.ts'

const MONACO = new URL('../../../node_modules/monaco-editor/esm/vs/', import.meta.url)
const exportsOf = (code: string): string[] => [
  ...[...code.matchAll(/export \{([^}]*)\}/g)].flatMap(([, names]) => (names ?? '').split(',').map((name) => name.trim())),
  ...[...code.matchAll(/export (?:class|const) (\w+)/g)].map(([, name]) => name ?? ''),
]

describe('slim editor', () => {
  it.each(Object.entries(LEFT_OUT))('L4: %s is a file of Monaco, and what stands in its place has names from it', (path, code) => {
    const names = exportsOf(code)
    expect(names.length).toBeGreaterThan(0)
    expect(exportsOf(readFileSync(new URL(path, MONACO), 'utf8'))).toEqual(expect.arrayContaining(names))
  })

  it('ends a build in which Monaco did not ask for one of them', () => {
    const { load, generateBundle } = slimEditor() as unknown as { load: { handler: (id: string) => string | null }; generateBundle: () => void }
    const paths = Object.keys(LEFT_OUT)
    for (const path of paths.slice(1)) expect(load.handler(`/x/node_modules/monaco-editor/esm/vs/${path}`)).toBe(LEFT_OUT[path])
    expect(load.handler('/x/node_modules/monaco-editor/esm/vs/editor/browser/view.js')).toBeNull()
    expect(() => generateBundle()).toThrow(paths[0])
    load.handler(`/x/node_modules/monaco-editor/esm/vs/${paths[0]}`)
    expect(() => generateBundle()).not.toThrow()
  })
})
