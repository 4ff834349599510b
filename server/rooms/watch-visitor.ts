/** A visitor of a room, asked again when rights change: who may not stay is cut; a changed right counts from the next message on. */
import type { WebSocket } from 'ws'
import type { Access, Whom } from '../access/access.ts'
import { closeCodeOf } from '../errors.ts'
import type { Connection } from './connection.ts'
import type { Room } from './room.ts'
import type { Admission } from './rooms.ts'

export function watchVisitor(access: Access, room: Room, connection: Connection, socket: WebSocket): void {
  const leave = access.watch<Admission>({
    whom: () => (socket.readyState === socket.OPEN ? whomOf(room, connection) : null),
    ask: () => connection.visitor.recheck(),
    heed: (admission) => {
      if (admission.ok) connection.allow(admission.value)
      else connection.close(closeCodeOf(admission.reason), admission.message)
    },
  })
  socket.on('close', leave)
}

export const whomOf = ({ head }: Room, { visitor }: Connection): Whom =>
  ({ userId: visitor.userId, shareId: visitor.shareId, notebookId: head.notebookId, workspaceId: head.workspaceId })
