// Architecture, unit, property, contract and integration tests.
import { join } from 'node:path'
import { readJson } from '../files.mjs'
import { lockedNode, repoRoot } from '../where.mjs'
import { runProgram, settle } from './run-suite.mjs'

/** A file that did not load has no test in the report, only a failed state: it counts as one. */
function count(report) {
  const brokenFiles = (report?.testResults ?? []).filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
  return { passed: report?.numPassedTests, failed: (report?.numFailedTests ?? 0) + brokenFiles.length }
}

export const vitest = {
  name: 'vitest',
  needs: ['services', 'build'],
  async run({ env, signal, args, scratch, said }) {
    const output = join(scratch, 'vitest.json')
    const cli = join(repoRoot, 'node_modules', 'vitest', 'vitest.mjs')
    const code = await runProgram(lockedNode, [cli, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`, ...args], { env, signal, said })
    return settle(count(readJson(output)), code)
  },
}
