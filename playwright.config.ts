import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/system',
  // Minutes of work that few changes can break.
  testIgnore: process.env.NIGHT === '1' ? [] : '**/*.night.spec.ts',
  outputDir: 'test-results',
  // One product, two cores: the walks run one after another.
  workers: 1,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  retries: 0,
  forbidOnly: true,
  use: {
    viewport: { width: 1440, height: 900 },
    // A trace makes a walk about a third slower: TRACE=1 asks for one.
    trace: process.env.TRACE === '1' ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage', '--disable-component-update', '--disable-sync', '--no-first-run'],
    },
  },
})
