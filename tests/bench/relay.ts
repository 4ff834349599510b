/** Starts the bare relay in a process of its own, and serves the page that edits through it. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import { slimEditor } from '#server/slim-editor.ts'
import { freePort } from '../support/start-product.ts'
import { untilOpen } from './room-place.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export interface Relay {
  port: number
  close: () => void
}

export async function startRelay(): Promise<Relay> {
  const port = await freePort()
  const child = spawn(process.execPath, [here('./bare-relay.ts'), String(port)], { stdio: 'ignore' })
  await untilOpen(port)
  return { port, close: () => void child.kill() }
}

/** Built as the product's pages are, with the same Monaco. */
export async function serveRelayPage(relay: Relay): Promise<{ url: string; close: () => Promise<void> }> {
  const { NODE_ENV } = process.env
  const outDir = mkdtempSync(join(tmpdir(), 'relay-page-'))
  const common = { configFile: false, root: here('./relay-page'), logLevel: 'error' } as const
  await build({ ...common, plugins: [slimEditor()], worker: { format: 'es' }, build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 4096 } })
  const port = await freePort()
  const server = await preview({ ...common, build: { outDir }, preview: { host: '127.0.0.1', port, strictPort: true } })
  // Vite sets it for all that this process starts from now on.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV
  return {
    url: `http://127.0.0.1:${port}/?relay=${relay.port}`,
    close: async () => {
      await server.close()
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}
