/** A page to which the server's words come late: a moment in which it does not know yet what others did. */
import type { Page } from '@playwright/test'

export interface LateRoom {
  /** From here on nothing comes. */
  hold: () => void
  /** All that waits comes, in its order, and what follows as ever. */
  letGo: () => void
}

/** Before the page opens the notebook. */
export async function makeRoomLate(page: Page): Promise<LateRoom> {
  let isHeld = false
  const late: (() => void)[] = []
  await page.routeWebSocket(/\/rooms\//, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => (isHeld ? late.push(() => socket.send(message)) : socket.send(message)))
  })
  return {
    hold: () => void (isHeld = true),
    letGo: () => {
      isHeld = false
      for (const deliver of late.splice(0)) deliver()
    },
  }
}
