// One folder with DuckDB's Delta and HTTP extensions, which come as Python packages: links
// into the environment, because the reader loads them by path.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../run.mjs'
import { SetupError } from '../setup-error.mjs'

const names = ['delta', 'httpfs']
const finder = `
import glob, importlib.util, os
for name in ${JSON.stringify(names)}:
    spec = importlib.util.find_spec("duckdb_extension_" + name)
    found = glob.glob(os.path.join(os.path.dirname(spec.origin), "extensions", "*", name + ".duckdb_extension")) if spec and spec.origin else []
    print(found[0] if found else "")
`

export async function linkDuckdbExtensions(ctx, python) {
  const folder = join(dirname(dirname(python)), 'duckdb-extensions')
  if (names.every((name) => existsSync(join(folder, `${name}.duckdb_extension`)))) return folder
  const found = (await run(python, ['-c', finder], { what: 'Looking for the DuckDB extensions', signal: ctx.signal })).split('\n')
  mkdirSync(folder, { recursive: true })
  names.forEach((name, index) => {
    const link = join(folder, `${name}.duckdb_extension`)
    if (!found[index]) throw new SetupError(`The Python environment has no DuckDB extension "${name}": is duckdb-extension-${name} in spark/requirements.txt?`)
    if (!existsSync(link)) symlinkSync(found[index], link)
  })
  return folder
}
