/** F14: going on in another room after a lock: which copy is dropped, what is said, and nothing for whoever has left. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Cell } from '#lib/domain/cell.ts'
import { openRoom, type RoomOptions } from '#lib/live/room.svelte.ts'
import { setAside, type SetAside } from '#lib/live/set-aside.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'
import { stayInRoom } from '#lib/ui/notebook/stay-in-room.ts'

vi.mock('#lib/live/room.svelte.ts', () => ({ openRoom: vi.fn() }))
vi.mock('#lib/live/set-aside.ts', () => ({ setAside: vi.fn() }))

const B = { id: 'b', kind: 'python', source: 'mine b' } as Cell
const ASIDE: SetAside = { cells: [B], isAll: false, isKept: true, rest: { state: new Uint8Array(), cells: [] } }
const opened = vi.mocked(openRoom)
const room = { hasLostCopy: false, forgetCopy: vi.fn(async () => {}), close: () => {} }
let leave: () => void

/** The page has another text of the cell. */
const session = { page: { id: 'n' }, follow: () => () => {}, activeId: null, find: () => ({ source: 'b' }), isSettingAside: false } as unknown as NotebookSession

async function refused(aside: Partial<SetAside>, hasLostCopy = false): Promise<void> {
  vi.mocked(setAside).mockResolvedValue({ ...ASIDE, ...aside })
  Object.assign(room, { hasLostCopy })
  opened.mock.calls[0]?.[0].onLocked?.()
  await vi.advanceTimersByTimeAsync(0)
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => {} })
  opened.mockImplementation(() => room as never)
  leave = stayInRoom(session, {} as RoomOptions)
})
afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

const said = () => toasts.list.map(({ text }) => text)
const LOCKED = 'An owner locked a cell that you changed. It is as they locked it; the rest of what you did is kept.'

it('drops a copy that takes nothing more, and not one that is still opening, nor one that was filled anew before it was lost', async () => {
  await refused({ isKept: false })
  await refused({ isKept: true }, true)
  expect(room.forgetCopy).not.toHaveBeenCalled()
  await refused({ isKept: false }, true)
  expect(room.forgetCopy).toHaveBeenCalledOnce()
  expect(opened).toHaveBeenCalledTimes(4)
})

it('says that a cell is as it was locked where no words are offered, and nothing where it is open again', async () => {
  await refused({})
  await refused({ cells: [], isAll: true })
  expect(said()).toEqual([])
  await refused({ cells: [] })
  expect(said()).toEqual([LOCKED])
})

it('tells the way to the server that the page is left, and joins nothing then', async () => {
  const pending = Promise.withResolvers<SetAside | null>()
  vi.mocked(setAside).mockReturnValue(pending.promise)
  opened.mock.calls[0]?.[0].onLocked?.()
  const [, , leaving] = vi.mocked(setAside).mock.calls[0] ?? []
  expect(leaving?.aborted).toBe(false)
  leave()
  expect(leaving?.aborted).toBe(true)
  pending.resolve(ASIDE)
  await vi.advanceTimersByTimeAsync(0)
  expect(opened).toHaveBeenCalledOnce()
})
