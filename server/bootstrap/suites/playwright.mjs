// The walks of people in a real browser. A test that passed only when tried again is a failed one.
import { join } from 'node:path'
import { readJson } from '../files.mjs'
import { lockedNode, repoRoot } from '../where.mjs'
import { runProgram, settle } from './run-suite.mjs'

export const playwright = {
  name: 'playwright',
  needs: ['services', 'build', 'browser'],
  async run({ env, signal, args, scratch, said }) {
    const output = join(scratch, 'playwright.json')
    const cli = join(repoRoot, 'node_modules', '@playwright', 'test', 'cli.js')
    const code = await runProgram(lockedNode, [cli, 'test', '--reporter=list,json', ...args], { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: output }, signal, said })
    const { expected, unexpected = 0, flaky = 0 } = readJson(output)?.stats ?? {}
    return settle({ passed: expected, failed: unexpected + flaky }, code)
  },
}
