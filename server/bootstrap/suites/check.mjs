// Types of the whole product; all of it counts as one test.
import { runProgram, settle } from './run-suite.mjs'

export const check = {
  name: 'check',
  needs: [],
  async run({ env, signal, args, said }) {
    const code = await runProgram('npm', ['run', '--silent', 'check', '--', ...args], { env, signal, said })
    return settle({ passed: code === 0 ? 1 : 0 }, code)
  },
}
