/** The file that tells a kernel its sockets and its key. Only its owner may read it: who has the key can run code. */
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const PORTS = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 } as const

const schema = z.object({ ip: z.string(), key: z.string().min(16), transport: z.literal('ipc') })

export interface Connection {
  path: string
  key: string
  address: (port: keyof typeof PORTS) => string
}

export function writeConnection(folder: string, name: string): Connection {
  const path = join(folder, `${name}.json`)
  const ip = join(folder, name)
  const key = randomBytes(32).toString('hex')
  const content = { transport: 'ipc', ip, key, signature_scheme: 'hmac-sha256', kernel_name: 'python3', ...PORTS }
  writeFileSync(path, JSON.stringify(content), { mode: 0o600, flag: 'wx' })
  return { path, key, address: addressOf(ip) }
}

export function readConnection(path: string): Connection | null {
  try {
    const { ip, key } = schema.parse(JSON.parse(readFileSync(path, 'utf8')))
    return { path, key, address: addressOf(ip) }
  } catch {
    return null
  }
}

/** The file, the record of the process and the sockets of a kernel that is gone. */
export function removeConnection(path: string): void {
  const base = path.replace(/\.json$/, '')
  for (const file of [path, `${base}.pid`, ...Object.values(PORTS).map((port) => `${base}-${port}`)]) rmSync(file, { force: true })
}

const addressOf = (ip: string) => (port: keyof typeof PORTS): string => `ipc://${ip}-${PORTS[port]}`
