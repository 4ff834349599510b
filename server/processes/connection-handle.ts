/**
 * A connection on its way to another process. Node can send a `Socket`, but goes on reading from it until the other side
 * has it, and what it reads then is lost: one of 180 rooms never opened. So the handle below the socket is
 * sent, with its reading stopped. This is the one place that knows it; not public, the same since Node 0.10.
 */
import type { SendHandle } from 'node:child_process'
import { Socket } from 'node:net'
import type { PassedUpgrade } from './messages.ts'

/** Nobody reads from it. */
export interface ConnectionHandle {
  readStop(): void
  /** Closes it in this process; the connection lives on where it was sent. */
  close(): void
}

type Send = (message: PassedUpgrade, handle: SendHandle, onSent: (error: Error | null) => void) => unknown

/** Null when the connection is gone. */
export function takeHandle(socket: Socket): ConnectionHandle | null {
  const { _handle: handle } = socket as Socket & { _handle: ConnectionHandle | null }
  handle?.readStop()
  return handle
}

export const socketOf = (handle: ConnectionHandle): Socket => {
  const options: object = { handle, readable: true, writable: true }
  return new Socket(options)
}

/** `onSent` runs when this process may let go of it, sent or not. */
export function sendHandle(send: Send, message: PassedUpgrade, handle: ConnectionHandle, onSent: () => void): void {
  send(message, handle as unknown as SendHandle, onSent)
}
