/**
 * Several room servers at one address, as `WEB_PROCESSES` makes them: `node tests/support/shared-address.ts <database-url>
 * <count>`. Each says on which port it listens and whom it lets in: `listening <port>`, `<pid> in <notebook>`.
 */
import { spawn } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { runProcesses } from '#server/processes/run-processes.ts'
import { createUpgradePass } from '#server/processes/pass-upgrades.ts'
import { admitByCookie, startRoomServer } from './room-server.ts'

export interface SharedAddress {
  url: string
  pid: number
  /** Which processes let people into this notebook, in the order they did. */
  homesOf: (notebookId: string) => number[]
  forget: () => void
  stop: (signal?: 'SIGKILL' | 'SIGTERM') => Promise<number | null>
}

export async function startSharedAddress(databaseUrl: string, count: number): Promise<SharedAddress> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), databaseUrl, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  let port = ''
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString()
      const ports = [...said.matchAll(/listening (\d+)\n/g)]
      port ||= ports[0]?.[1] ?? ''
      if (ports.length >= count) resolve()
    })
  })
  return {
    url: `ws://127.0.0.1:${port}/rooms`, pid: child.pid ?? 0,
    homesOf: (notebookId) => [...said.matchAll(/(\d+) in (\S+)\n/g)].flatMap(([, pid, id]) => (id === notebookId ? [Number(pid)] : [])),
    forget: () => void (said = ''),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      await once(child, 'exit')
      return child.exitCode
    },
  }
}

if (import.meta.main) {
  const [databaseUrl = '', count = '2'] = process.argv.slice(2)
  if (cluster.isPrimary) runProcesses({ webProcesses: Number(count), log: { level: 'fatal', format: 'json' } })
  else {
    const server = await startRoomServer({
      databaseUrl, upgradesOf: createUpgradePass,
      admit: (headers, notebookId) => {
        process.stdout.write(`${process.pid} in ${notebookId}\n`)
        return admitByCookie(headers, notebookId)
      },
    })
    process.stdout.write(`listening ${server.port}\n`)
    process.on('SIGTERM', () => void server.rooms.close().then(() => process.exit(0)))
  }
}
