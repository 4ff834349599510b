/**
 * The suites that run in Node. Each folder of tests/ is a project; `svelte()` lets tests import `.svelte.ts` modules.
 * Integration tests share two cores with Postgres and Spark, so their files run one after another.
 * `*.night.test.ts` run with `NIGHT=1` alone: minutes of work that few changes can break.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { configDefaults, defineConfig } from 'vitest/config'

const project = (name: string, options: Record<string, unknown> = {}) => ({
  extends: true as const,
  test: { name, environment: 'node', include: [`tests/${name}/**/*.test.ts`], exclude, ...options },
})

const exclude = process.env.NIGHT === '1' ? configDefaults.exclude : [...configDefaults.exclude, '**/*.night.test.ts']
const SLOW = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  test: {
    maxWorkers: 2,
    projects: [
      project('architecture'),
      // Some read millions of letters; on a busy machine the usual five seconds are no sign of a fault.
      project('unit', { testTimeout: 30_000 }),
      project('property', SLOW),
      project('contract', SLOW),
      project('integration', { ...SLOW, fileParallelism: false }),
    ],
  },
})
