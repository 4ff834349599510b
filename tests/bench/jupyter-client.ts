/** A Jupyter server as a page of its own speaks to it: a kernel is asked for, its socket opened, code sent. Given as `JUPYTER_URL=http://…?token=…`. */
import { randomUUID } from 'node:crypto'

export interface JupyterKernel {
  /** From the wish for it until it answered. */
  readyMs: number
  /** Milliseconds from the request to the first stream. */
  firstOutput: (code: string) => Promise<number>
  text: (code: string) => Promise<string>
  close: () => Promise<void>
}

interface Message {
  msg_type: string
  parent_header: { msg_id?: string }
  content: { text?: string; execution_state?: string }
}

export const jupyterUrl = process.env.JUPYTER_URL

export async function startJupyterKernel(address: string): Promise<JupyterKernel> {
  const { origin, searchParams } = new URL(address)
  const token = searchParams.get('token') ?? ''
  const session = randomUUID()
  const ask = (method: string, path: string) => fetch(`${origin}/api/kernels${path}`, { method, headers: { authorization: `token ${token}`, 'content-type': 'application/json' }, ...(method === 'POST' && { body: '{"name":"python3"}' }) })
  const startedAt = performance.now()
  const { id } = (await (await ask('POST', '')).json()) as { id: string }
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/api/kernels/${id}/channels?session_id=${session}&token=${token}`)
  await new Promise((open, fail) => {
    socket.onopen = open
    socket.onerror = () => fail(new Error('Jupyter refused the socket.'))
  })
  const waiting = new Map<string, (message: Message) => void>()
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    waiting.get(message.parent_header.msg_id ?? '')?.(message)
  }
  /** Resolves when the kernel rests again, or has answered what rests nothing. */
  const request = (type: string, content: object, onMessage: (message: Message) => void = () => {}) => new Promise<void>((resolve) => {
    const id = randomUUID()
    waiting.set(id, (message) => {
      onMessage(message)
      if (message.msg_type === (type === 'execute_request' ? 'status' : type.replace('request', 'reply')) && message.content.execution_state !== 'busy') resolve()
    })
    const header = { msg_id: id, msg_type: type, session, username: '', version: '5.3', date: '' }
    socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] }))
  })
  const execute = (code: string, onMessage: (message: Message) => void) =>
    request('execute_request', { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true }, onMessage)
  await request('kernel_info_request', {})
  return {
    readyMs: performance.now() - startedAt,
    firstOutput: async (code) => {
      const sentAt = performance.now()
      let first = Number.NaN
      await execute(code, ({ msg_type: type }) => void (Number.isNaN(first) && type === 'stream' && (first = performance.now() - sentAt)))
      return first
    },
    text: async (code) => {
      let text = ''
      await execute(code, ({ msg_type: type, content }) => void (type === 'stream' && (text += content.text ?? '')))
      return text
    },
    close: async () => {
      socket.close()
      await ask('DELETE', `/${id}`)
    },
  }
}
