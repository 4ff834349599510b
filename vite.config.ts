import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
import { attachInDev } from './server/attach-in-dev.ts'
import { packPages } from './server/pack-pages.ts'
import { slimEditor } from './server/slim-editor.ts'

export default defineConfig({
  plugins: [tailwindcss(), sveltekit(), attachInDev(), packPages(), slimEditor()],
  // Two copies of better-auth in one process would not see each other's sessions' context.
  ssr: { external: ['better-auth', '@better-auth/api-key'] },
  // Postgres and MinIO write below .data all the time: watching it would reload the page for ever.
  server: { watch: { ignored: ['**/.data/**', '**/build/**'] } },
  worker: { format: 'es' },
  build: { chunkSizeWarningLimit: 4096 },
})
