/**
 * The Vite plugin for development: opens the Deps record and mounts the sockets on Vite's own server.
 * Loaded through Vite so that a change of a server file is seen after a restart of `npm run dev`.
 */
import type { Server } from 'node:http'
import type { Plugin } from 'vite'

export function attachInDev(): Plugin {
  return {
    name: 'dataharbour-attach',
    apply: 'serve',
    async configureServer(vite) {
      if (vite.httpServer === null) return
      const { configOrExit } = await load<typeof import('./config.ts')>('config')
      const { createLog } = await load<typeof import('./log.ts')>('log')
      const { openDeps } = await load<typeof import('./open-deps.ts')>('open-deps')
      const { publishDeps } = await load<typeof import('./deps.ts')>('deps')
      const { NO_PASS } = await load<typeof import('./processes/pass-upgrades.ts')>('processes/pass-upgrades')
      const { attach } = await load<typeof import('./attach.ts')>('attach')
      const config = configOrExit()
      const { deps, close } = await openDeps(config, createLog(config, 'web'))
      publishDeps(deps)
      attach(vite.httpServer as Server, deps, { passUnknown: true, upgrades: NO_PASS })
      vite.httpServer.on('close', () => void close())

      async function load<T>(name: string): Promise<T> {
        return (await vite.ssrLoadModule(`/server/${name}.ts`)) as T
      }
    },
  }
}
