/** Whose pieces an update brings or deletes, and whose it builds upon, as Yjs client ids: what one needs of another. */
import * as Y from 'yjs'
import type { DecodedUpdate } from '#lib/document/touches-locks.ts'

/** Authors of what it adds, and of what it deletes. */
export function clientsTouchedBy({ structs, ds }: DecodedUpdate): Set<number> {
  return new Set([...structs.map(({ id }) => id.client), ...ds.clients.keys()])
}

/** These and the authors of everything it names as a neighbour or a parent: without those it cannot be joined. */
export function clientsNamedBy(update: DecodedUpdate): Set<number> {
  const clients = clientsTouchedBy(update)
  for (const struct of update.structs) {
    if (!(struct instanceof Y.Item)) continue
    const { origin, rightOrigin, parent } = struct
    for (const id of [origin, rightOrigin, parent instanceof Y.ID ? parent : null]) if (id !== null) clients.add(id.client)
  }
  return clients
}
