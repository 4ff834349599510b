/** The manifest of drizzle-orm, as server/bootstrap/shorten-orm.mjs leaves it: every path leads where it led. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { shorten, isOrmShort } = await loadBootstrap('shorten-orm.mjs')
const FOLDER = fileURLToPath(new URL('../../../node_modules/drizzle-orm/', import.meta.url))
const require = createRequire(import.meta.url)

const target = (path: string): object => ({
  import: { types: `./${path}.d.ts`, default: `./${path}.js` },
  require: { types: `./${path}.d.cts`, default: `./${path}.cjs` },
  types: `./${path}.d.ts`,
  default: `./${path}.js`,
})

describe('the exports of drizzle-orm', () => {
  it('lose only what the pattern states', () => {
    const others = { '.': target('index'), './pg-core': target('pg-core/index'), './sql': './elsewhere.js' }
    const short = shorten({ ...others, './entity': target('entity'), './pg-core/columns/char': target('pg-core/columns/char') })
    expect(short).toEqual({ ...others, './*': target('*') })
    expect(shorten(short)).toEqual(short)
  })

  it('are short as installed, and lead to the files of before', () => {
    expect(isOrmShort()).toBe(true)
    expect(readFileSync(join(FOLDER, 'package.json')).length).toBeLessThan(40_000)
    for (const [path, file] of [['', 'index.cjs'], ['/pg-core', 'pg-core/index.cjs'], ['/pg-core/columns/char', 'pg-core/columns/char.cjs'], ['/entity', 'entity.cjs'], ['/postgres-js/migrator', 'postgres-js/migrator.cjs']] as const) {
      expect(require.resolve(`drizzle-orm${path}`)).toBe(join(FOLDER, file))
      expect(existsSync(join(FOLDER, file.replace(/cjs$/, 'js')))).toBe(true)
    }
  })
})
