// Shortens the manifest of drizzle-orm after `npm ci`; run by npm itself as "postinstall", in words any Node 18 knows.
// Its list of exports, 447 paths in 130 kB, is parsed anew by Node for each import between its files: half of the time in
// which a web or worker process starts. 384 of the paths follow one rule, which the manifest can state as one pattern;
// the others stay as they are, so that every path leads where it led.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const MANIFEST = fileURLToPath(new URL('../../node_modules/drizzle-orm/package.json', import.meta.url))
const ANY = './*'

const entry = (path) => ({
  import: { types: `${path}.d.ts`, default: `${path}.js` },
  require: { types: `${path}.d.cts`, default: `${path}.cjs` },
  types: `${path}.d.ts`,
  default: `${path}.js`,
})

/** The same exports in fewer words: what follows the rule is left to the pattern. */
export function shorten(exports) {
  const others = Object.entries(exports).filter(([path, target]) => path !== ANY && JSON.stringify(target) !== JSON.stringify(entry(path)))
  return { ...Object.fromEntries(others), [ANY]: entry(ANY) }
}

const read = () => JSON.parse(readFileSync(MANIFEST, 'utf8'))

/** False too when it is not installed. */
export function isOrmShort() {
  try {
    return ANY in read().exports
  } catch {
    return false
  }
}

export function shortenOrm() {
  const manifest = read()
  writeFileSync(MANIFEST, `${JSON.stringify({ ...manifest, exports: shorten(manifest.exports) }, null, 2)}\n`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) shortenOrm()
