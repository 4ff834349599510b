/**
 * Registry: which rooms are open in this process. Whoever asks first loads, everybody else waits for the same load, so
 * a notebook never has two documents here. A room leaves the registry before its document is destroyed.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Room } from './room.ts'

export interface Registry {
  /** Loads once; null when there is no such notebook. A failed load is forgotten, the next visitor tries again. */
  open(notebookId: NotebookId): Promise<Room | null>
  /** A room that is loaded already. */
  find(notebookId: NotebookId): Room | null
  all(): Room[]
  forget(room: Room): void
}

export function createRegistry(load: (notebookId: NotebookId) => Promise<Room | null>): Registry {
  const loading = new Map<NotebookId, Promise<Room | null>>()
  const rooms = new Map<NotebookId, Room>()

  const loadOnce = async (notebookId: NotebookId): Promise<Room | null> => {
    try {
      const room = await load(notebookId)
      if (room !== null) rooms.set(notebookId, room)
      return room
    } finally {
      loading.delete(notebookId)
    }
  }

  return {
    open: (notebookId) => {
      const room = rooms.get(notebookId)
      if (room !== undefined) return Promise.resolve(room)
      const begun = loading.get(notebookId) ?? loadOnce(notebookId)
      if (!rooms.has(notebookId)) loading.set(notebookId, begun)
      return begun
    },
    find: (notebookId) => rooms.get(notebookId) ?? null,
    all: () => [...rooms.values()],
    forget: (room) => {
      if (rooms.get(room.head.notebookId) === room) rooms.delete(room.head.notebookId)
    },
  }
}
