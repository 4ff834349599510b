/**
 * Rooms of one web process, put together: registry, LISTEN channels, presence between processes, and one beat that
 * pings sockets, reads up what NOTIFY may have lost and unloads what is idle. Notices of changed rights travel with theirs.
 */
import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { readNotebook } from '#lib/document/read-notebook.ts'
import { CLOSE } from '#lib/domain/close-codes.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Access } from '../access/access.ts'
import { isConcerned } from '../access/notice.ts'
import type { CoreDeps } from '../deps.ts'
import { appendBatches, readNewestIds } from '../notebooks/document-store.ts'
import { readNotebookFromStore } from '../notebooks/read-notebook.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { openChannels, sendLetters } from './channels.ts'
import { Connection } from './connection.ts'
import { createCutter } from './cutter.ts'
import { createGroupCommit } from './group-commit.ts'
import { inTime } from './in-time.ts'
import { createMailbox, type Letter } from './mailbox.ts'
import { createPresenceRelay, PRESENCE_CHANNEL } from './presence-relay.ts'
import { createRegistry } from './registry.ts'
import { loadRoom, TAKE_OVER_MS, type Room, type RoomPort } from './room.ts'
import type { Rooms, RoomVisitor } from './rooms.ts'
import { createTurn } from './turn.ts'
import { COMMITTED_CHANNEL, createUpdateRelay, LOG_CHANNEL, updatesChannel } from './update-relay.ts'
import { VERSION_TIMES, type VersionTimes } from './version-clock.ts'
import { tidyBin } from './tidy-bin.ts'
import { watchVisitor, whomOf } from './watch-visitor.ts'

const ACCESS_CHANNEL = 'access'
const COMMIT_WITHIN_MS = 10_000

export interface RoomsTimes {
  beatMs: number
  idleMs: number
  versions?: VersionTimes
  /** After how long we commit what another process sent ahead and never said to be committed. */
  takeOverMs?: number
}

const TIMES: RoomsTimes = { beatMs: 14_000, idleMs: 30_000 }

export type RoomsDeps = Pick<CoreDeps, 'sql' | 'db' | 'log' | 'now'> & { config: Pick<CoreDeps['config'], 'databaseUrl'>; access: Access }

export async function createRooms(deps: RoomsDeps, times: RoomsTimes = TIMES): Promise<Rooms> {
  const { sql, log, access } = deps
  const processId = randomUUID().slice(0, 8)
  let isClosing = false

  const turn = createTurn((error) => log.error({ err: error }, 'a part of the end of a turn failed'))
  const cutter = createCutter()
  const mailbox = createMailbox(turn, (letters) => channels.send(letters).catch(() => sendLate(letters)))
  /** What went ahead is of no use late; who misses it, reads. */
  const sendLate = (letters: Letter[]): Promise<void> => inTime(sendLetters(sql, letters.filter(({ channel }) => Object.hasOwn(hear, channel))))
    .catch((error: unknown) => log.warn({ err: error }, 'other processes were not told'))
  const relay = createPresenceRelay({ processId, mailbox, find: (notebookId) => registry.find(notebookId) })
  const port: RoomPort = {
    sql,
    turn,
    cutter,
    commits: createGroupCommit(turn, (batches) => appendBatches(sql, batches)),
    db: deps.db,
    log,
    versionTimes: times.versions ?? VERSION_TIMES,
    takeOverMs: times.takeOverMs ?? TAKE_OVER_MS,
    sendAhead: (...change) => updates.sendAhead(...change),
    tellCommitted: (...commit) => updates.tellCommitted(...commit),
    tellLog: (...read) => updates.tellLog(...read),
    spreadPresence: relay.spread,
    onRefused: (room, visitor) => void auditRefusal(deps, room, visitor),
    onOver: (room) => registry.forget(room),
  }
  const registry = createRegistry(async (notebookId) => {
    const room = await inTime(loadRoom(port, notebookId))
    if (room === null) return null
    relay.hello(room)
    tidyBin(room, deps.now(), log)
    return room
  })
  const connectionsOf = (rooms: Room[]): Connection[] => rooms.flatMap((room) => [...room.connections])
  const catchUp = (room: Room, isQuiet = false): Promise<void> =>
    room.catchUp(isQuiet).catch((error: unknown) => log.warn({ err: error, notebookId: room.head.notebookId }, 'could not read what others wrote'))
  const updates = createUpdateRelay({
    processId, mailbox, find: registry.find, peersOf: relay.peersOf, catchUp: (room) => void catchUp(room),
  })

  const hear: Record<string, (line: string) => void> = {
    [PRESENCE_CHANNEL]: relay.receive,
    [updatesChannel(processId)]: (line) => updates.receiveAhead(line),
    [COMMITTED_CHANNEL]: (line) => updates.receiveCommitted(line),
    [LOG_CHANNEL]: (line) => updates.receiveLog(line),
    [ACCESS_CHANNEL]: access.receive,
  }
  const channels = await openChannels({
    databaseUrl: deps.config.databaseUrl,
    names: Object.keys(hear),
    log,
    onLine: (channel, line) => hear[channel]?.(line),
    onReady: () => registry.all().forEach((room) => void catchUp(room)),
  })
  access.carryBy((notice) => mailbox.post(ACCESS_CHANNEL, notice))

  const beat = async (): Promise<void> => {
    for (const connection of connectionsOf(registry.all())) connection.beat()
    for (const room of registry.all()) relay.repeat(room)
    await channels.check()
    await unloadIdle(registry.all(), times.idleMs)
    await readUp()
  }
  const readUp = async (): Promise<void> => {
    const rooms = registry.all()
    if (rooms.length === 0) return
    const newest = await readNewestIds(sql, rooms.map((room) => room.head.notebookId))
    for (const room of rooms) if ((newest.get(room.head.notebookId) ?? 0) > room.seenId) await catchUp(room, true)
  }
  const timer = setInterval(() => void beat().catch((error: unknown) => log.warn({ err: error }, 'a beat of the rooms failed')), times.beatMs)

  return {
    join: async (socket, notebookId, visitor, epoch) => {
      socket.on('error', () => {})
      if (isClosing) return socket.close(CLOSE.restarting, 'Restarting')
      // Nothing is read before the document is there.
      socket.pause()
      const room = await registry.open(notebookId).catch((error: unknown) => {
        log.warn({ err: error, notebookId }, 'a room could not be loaded')
        return 'unavailable' as const
      })
      if (room === 'unavailable') refuse(socket, CLOSE.tryLater, 'The database is not available')
      else if (room === null) refuse(socket, CLOSE.notFound, 'There is no such notebook')
      else if (epoch !== null && epoch !== room.head.epoch) refuse(socket, CLOSE.epochConflict, `epoch ${room.head.epoch}`)
      else if (isClosing) refuse(socket, CLOSE.restarting, 'Restarting')
      else seat(access, room, socket, visitor)
    },
    read: async (notebookId) => {
      const room = registry.find(notebookId)
      if (room === null) return (await readNotebookFromStore(sql, notebookId)) ?? missing()
      room.cover()
      await inTime(room.journal.settled(), COMMIT_WITHIN_MS)
      await room.catchUp()
      return room.isOver ? ((await readNotebookFromStore(sql, notebookId)) ?? missing()) : readNotebook(room.doc)
    },
    edit: async (notebookId, userId, change) => {
      const room = (await registry.open(notebookId)) ?? missing()
      room.visits += 1
      try {
        await inTime(room.edit(userId, change), COMMIT_WITHIN_MS)
      } finally {
        room.visits -= 1
        room.idleSince = room.connections.size === 0 ? Date.now() : null
      }
    },
    closeSockets: (concern, code, reason, isOver = () => true) => {
      for (const room of registry.all()) {
        for (const connection of room.connections) if (isConcerned(concern, whomOf(room, connection)) && isOver(connection.visitor)) connection.close(code, reason)
      }
      access.changed(concern)
    },
    close: async () => {
      isClosing = true
      clearInterval(timer)
      registry.all().forEach((room) => room.cover())
      await Promise.all(registry.all().map((room) => inTime(room.journal.settled()).catch(() => {})))
      for (const room of registry.all()) room.end(CLOSE.restarting, 'Restarting')
      await inTime(mailbox.settled()).catch(() => {})
      await Promise.all([channels.close(), cutter.close()])
    },
  }
}

function seat(access: Access, room: Room, socket: WebSocket, visitor: RoomVisitor): void {
  if (socket.readyState !== socket.OPEN) return
  const connection = new Connection(room, socket, visitor)
  room.enter(connection)
  watchVisitor(access, room, connection, socket)
  socket.resume()
}

/** A paused socket would never see the other side's answer to the close. */
function refuse(socket: WebSocket, code: number, reason: string): void {
  socket.resume()
  socket.close(code, reason)
}

async function unloadIdle(rooms: Room[], idleMs: number): Promise<void> {
  for (const room of rooms) {
    const isIdle = room.idleSince !== null && room.idleSince < Date.now() - idleMs && room.visits === 0
    if (isIdle && room.isStored) await room.unload()
  }
}

async function auditRefusal({ db, log }: RoomsDeps, room: Room, visitor: RoomVisitor): Promise<void> {
  const { notebookId, workspaceId } = room.head
  log.warn({ notebookId, userId: visitor.userId }, 'a change of someone without the right to edit was refused')
  const actor = visitor.userId ?? (visitor.shareId === null ? 'anonymous' : { kind: 'guest' as const, shareId: visitor.shareId, notebookId })
  await recordAudit(db, { workspaceId, actor, action: 'notebook.edit-refused', subject: notebookId, requestId: null })
    .catch((error: unknown) => log.warn({ err: error }, 'the refusal was not recorded'))
}

function missing(): never {
  throw new Error('There is no such notebook.')
}
