/**
 * The ZeroMQ sockets of one kernel: requests out by shell and control, what the kernel shows in by iopub. Messages
 * are handed on in their order; sends of one socket follow each other (ZeroMQ allows one at a time).
 */
import { randomUUID } from 'node:crypto'
import { Dealer, Subscriber } from 'zeromq'
import type { Connection } from './connection-file.ts'
import { decode, encode, type WireMessage } from './wire.ts'

/** Of a flood, half a megabyte each. */
const SHOWN_WAITING = 16

export interface Channels {
  /** Returns the id of the request. */
  send(channel: 'shell' | 'control', type: string, content: Record<string, unknown>, metadata?: Record<string, unknown>): string
  onReply: (message: WireMessage) => void
  /** The next message is taken when what it gives is over: whoever has no room lets the kernel wait. */
  onShown: (message: WireMessage) => void | Promise<void>
  /** Since the last message was taken, in milliseconds; 0 while one is. */
  quietFor(): number
  /** Of a kernel that has ended: all that came from it has been handed on. */
  drained(): Promise<void>
  close(): void
}

/** What a process wrote before its end lies on this machine: where nothing comes for so long, nothing will. */
const QUIET_MS = 40
const LOOK_EVERY_MS = 10

export function openChannels(connection: Connection): Channels {
  const session = randomUUID()
  const shell = new Dealer({ linger: 0, routingId: session, reconnectInterval: 10, sendHighWaterMark: 0, receiveHighWaterMark: 0 })
  const control = new Dealer({ linger: 0, routingId: session, reconnectInterval: 10 })
  // What is not taken waits at the kernel, which waits with it and drops nothing (output_limits.py).
  const iopub = new Subscriber({ linger: 0, reconnectInterval: 10, receiveHighWaterMark: SHOWN_WAITING })
  iopub.subscribe()
  shell.connect(connection.address('shell_port'))
  control.connect(connection.address('control_port'))
  iopub.connect(connection.address('iopub_port'))
  const sending = { shell: Promise.resolve(), control: Promise.resolve() }

  let heardAt = -Infinity
  let isTaking = false

  const channels: Channels = {
    send(channel, type, content, metadata = {}) {
      const id = randomUUID()
      const socket = channel === 'shell' ? shell : control
      const frames = encode({ type, id, session, date: new Date(), content, metadata }, connection.key)
      // A socket that was closed meanwhile refuses; the process's end tells the rest.
      sending[channel] = sending[channel].then(() => socket.send(frames)).catch(() => {})
      return id
    },
    onReply: () => {},
    onShown: () => {},
    quietFor: () => (isTaking ? 0 : performance.now() - heardAt),
    async drained() {
      const from = performance.now()
      while (isTaking || performance.now() - Math.max(from, heardAt) < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    },
    close() {
      for (const socket of [shell, control, iopub]) socket.close()
    },
  }
  void receive(shell, connection.key, (message) => channels.onReply(message))
  void receive(control, connection.key, (message) => channels.onReply(message))
  void receive(iopub, connection.key, async (message) => {
    isTaking = true
    try {
      await channels.onShown(message)
    } finally {
      heardAt = performance.now()
      isTaking = false
    }
  })
  return channels
}

async function receive(socket: AsyncIterable<Buffer[]>, key: string, hand: (message: WireMessage) => void | Promise<void>): Promise<void> {
  try {
    for await (const frames of socket) {
      const message = decode(frames, key)
      const taking = message === null ? undefined : hand(message)
      if (taking !== undefined) await taking
    }
  } catch {
    // Closed while waiting: there is nothing more to receive.
  }
}
