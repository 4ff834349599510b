/** The baseline of a run: the same stock ipykernel, started and asked directly over ZeroMQ, with nothing between. */
import { spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as zmq from 'zeromq'

export interface DirectKernel {
  /** Milliseconds from the request to the first stream or result. */
  firstOutput: (code: string) => Promise<number>
  close: () => void
}

export async function startDirectKernel(python: string): Promise<DirectKernel> {
  const folder = mkdtempSync(join(tmpdir(), 'dk-'))
  const key = randomUUID()
  const ip = join(folder, 's')
  const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 }
  const file = join(folder, 'c.json')
  writeFileSync(file, JSON.stringify({ transport: 'ipc', ip, key, signature_scheme: 'hmac-sha256', ...ports }))
  const child = spawn(python, ['-m', 'ipykernel_launcher', '-f', file], { stdio: 'ignore' })
  const shell = new zmq.Dealer({ linger: 0 })
  const iopub = new zmq.Subscriber({ linger: 0 })
  shell.connect(`ipc://${ip}-1`)
  iopub.connect(`ipc://${ip}-2`)
  iopub.subscribe()
  const waiting = new Map<string, (type: string) => void>()
  void pump(shell, waiting)
  void pump(iopub, waiting)

  const request = (type: string, content: object, onMessage: (type: string) => void) =>
    new Promise<void>((resolve) => {
      const id = randomUUID()
      waiting.set(id, (kind) => {
        onMessage(kind)
        if (kind === type.replace('request', 'reply')) resolve()
      })
      const header = { msg_id: id, msg_type: type, session: key, username: '', version: '5.3', date: new Date().toISOString() }
      const parts = [header, {}, {}, content].map((part) => JSON.stringify(part))
      const signature = createHmac('sha256', key).update(parts.join('')).digest('hex')
      void shell.send(['<IDS|MSG>', signature, ...parts])
    })
  // What is published before the subscription has reached the kernel is heard by nobody.
  for (let isHeard = false; !isHeard;) await request('kernel_info_request', {}, (kind) => void (isHeard ||= kind === 'status'))
  return {
    firstOutput: async (code) => {
      const startedAt = performance.now()
      let first = Number.NaN
      await request('execute_request', { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true }, (type) => {
        if (Number.isNaN(first) && (type === 'stream' || type === 'execute_result')) first = performance.now() - startedAt
      })
      while (Number.isNaN(first)) await new Promise((resolve) => setTimeout(resolve, 1))
      return first
    },
    close: () => {
      shell.close()
      iopub.close()
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function pump(socket: zmq.Dealer | zmq.Subscriber, waiting: Map<string, (type: string) => void>): Promise<void> {
  for await (const frames of socket) {
    const at = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>')
    const header = JSON.parse(String(frames[at + 2])) as { msg_type: string }
    const parent = JSON.parse(String(frames[at + 3])) as { msg_id?: string }
    waiting.get(parent.msg_id ?? '')?.(header.msg_type)
  }
}
