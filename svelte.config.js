import adapter from '@sveltejs/adapter-node'
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter({ out: 'build' }),
    // Origins are judged by the hook alone (lib/server/origin.ts), by a stricter rule, and its refusal is a problem.
    csrf: { trustedOrigins: ['*'] },
    csp: {
      mode: 'nonce',
      directives: {
        'default-src': ['self'],
        'script-src': ['self'],
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:', 'blob:'],
        'font-src': ['self', 'data:'],
        'connect-src': ['self', 'ws:', 'wss:'],
        'worker-src': ['self', 'blob:'],
        'object-src': ['none'],
        'base-uri': ['none'],
        'form-action': ['self'],
      },
    },
    // server/ and workers/ are type-checked by the same svelte-check run as the app.
    typescript: {
      config: (config) => ({
        ...config,
        include: [...config.include, '../server/**/*.ts', '../workers/**/*.ts', '../drizzle.config.ts', '../playwright.config.ts'],
      }),
    },
  },
}
