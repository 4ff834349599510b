/** A tiny Python package as a wheel, so that tests of packages need no network: `import <name>; <name>.greet()`. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const MAKE = `import sys, zipfile
folder, name, version = sys.argv[1:]
info = f'{name}-{version}.dist-info'
files = {
  f'{name}.py': f'def greet():\\n    return "ahoy from {name} {version}"\\n',
  f'{info}/METADATA': f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n',
  f'{info}/WHEEL': 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
}
files[f'{info}/RECORD'] = ''.join(f'{path},,\\n' for path in [*files, f'{info}/RECORD'])
with zipfile.ZipFile(f'{folder}/{name}-{version}-py3-none-any.whl', 'w') as wheel:
    for path, text in files.items():
        wheel.writestr(path, text)
`

export function makeWheel(folder: string, name: string, version = '1.0'): string {
  execFileSync(process.env.PYTHON ?? 'python3', ['-c', MAKE, folder, name, version])
  return join(folder, `${name}-${version}-py3-none-any.whl`)
}
