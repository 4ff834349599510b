/** A page whose line to its room is cut and mended, while everybody else's holds. */
import type { Page, WebSocketRoute } from '@playwright/test'

export interface CutRoom {
  cut: () => Promise<void>
  mend: () => void
}

/** Before the page opens the notebook. */
export async function makeRoomCuttable(page: Page): Promise<CutRoom> {
  let isCut = false
  const ends: WebSocketRoute[] = []
  await page.routeWebSocket(/\/rooms\//, (socket) => {
    if (isCut) return void socket.close()
    ends.push(socket, socket.connectToServer())
  })
  return {
    cut: async () => {
      isCut = true
      await Promise.all(ends.splice(0).map((end) => end.close()))
    },
    mend: () => void (isCut = false),
  }
}
