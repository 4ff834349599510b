/** Packing pages: who comes to the editor asks for it early, behind what the page itself needs; nobody else does. */
import { describe, expect, it } from 'vitest'
import type { Manifest } from 'vite'
import { askEarly } from '../../../server/pack-pages.ts'

const EDITOR = 'src/lib/editor/monaco.ts'
const chunk = (rest: Partial<Manifest[string]>): Manifest[string] => ({ file: 'x.js', ...rest })
const make = (): Manifest => ({
  notebook: chunk({ isEntry: true, imports: ['_view.js', '_runtime.js'] }),
  home: chunk({ isEntry: true, imports: ['_runtime.js'] }),
  app: chunk({ isEntry: true, imports: ['_runtime.js'], dynamicImports: ['notebook', 'home'] }),
  '_view.js': chunk({ imports: ['_runtime.js', '_cell.js'] }),
  '_cell.js': chunk({ imports: ['_view.js'], dynamicImports: [EDITOR, 'chart'] }),
  '_runtime.js': chunk({}),
  [EDITOR]: chunk({ isDynamicEntry: true, dynamicImports: ['python'] }),
})

describe('askEarly', () => {
  it('L4: names the editor last among the imports of a page that comes to it, through a circle too', () => {
    const manifest = make()
    askEarly(manifest)
    expect(manifest.notebook?.imports).toEqual(['_view.js', '_runtime.js', EDITOR])
  })

  it('leaves it out of pages that only lead to such a page', () => {
    const manifest = make()
    askEarly(manifest)
    expect([manifest.home?.imports, manifest.app?.imports]).toEqual([['_runtime.js'], ['_runtime.js']])
  })

  it('names it once: as something that comes later it would not be asked for', () => {
    const manifest = make()
    askEarly(manifest)
    expect(manifest['_cell.js']?.dynamicImports).toEqual(['chart'])
    expect(manifest[EDITOR]?.dynamicImports).toEqual(['python'])
  })
})
