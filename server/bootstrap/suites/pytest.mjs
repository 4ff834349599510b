// The Python package's own tests.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '../where.mjs'
import { runProgram, settle } from './run-suite.mjs'

function count(file) {
  if (!existsSync(file)) return {}
  const head = /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0)
  const failed = number('failures') + number('errors')
  return { passed: number('tests') - failed - number('skipped'), failed }
}

export const pytest = {
  name: 'pytest',
  needs: ['services'],
  async run({ env, signal, args, scratch, said }) {
    const output = join(scratch, 'pytest.xml')
    const wanted = args.some((arg) => !arg.startsWith('-')) ? args : [...args, join('spark', 'tests')]
    const options = { env: { ...env, PYTHONPATH: join(repoRoot, 'spark') }, signal, said }
    const code = await runProgram(env.PYTHON, ['-m', 'pytest', `--junitxml=${output}`, '-p', 'no:cacheprovider', ...wanted], options)
    return settle(count(output), code)
  },
}
