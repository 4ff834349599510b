/** The colours that a room gives its people: one for all tabs of each, another for everybody, for as long as they are there. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import { watchPresence, type PresenceList } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { visitorColor } from '#server/rooms/visitor-color.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

interface Tab { room: Room; list: PresenceList }

const names = Array.from({ length: 500 }, (_, i) => `person-${i}`)
/** Six whose own colour is one and the same, and somebody who looks on, with another. */
const [ada, bob, cleo, dan, eve, finn] = names.filter((name) => visitorColor(name) === visitorColor('person-0')) as [string, string, string, string, string, string]
const looker = names.find((name) => visitorColor(name) !== visitorColor(ada))!
const OWN = visitorColor(ada)

let database: TestDatabase
let server: RoomServer
let notebookId: NotebookId
const open: Room[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRoomServer({ databaseUrl: database.url })
})
beforeEach(async () => {
  notebookId = (await seedNotebook(database)).notebookId
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await server.stop()
  await database.drop()
})

function visit(as: string, { url }: RoomServer = server): Tab {
  const room = connectPeer({ url, notebookId, as })
  open.push(room)
  return { room, list: watchPresence(room) }
}
const colorsOf = ({ list }: Tab, as: string): string[] => [...new Set(list.people.filter((one) => one.id === as).map((one) => one.color))]
const sees = (tab: Tab, tabs: number): Promise<void> => until(() => tab.list.people.length === tabs, `${tabs} tabs are seen`)

describe('the people of a room', () => {
  it('have five colours when they are five with the same one of their own, and everybody sees each in theirs', async () => {
    const tabs = [looker, ada, bob, cleo, dan, eve].map((as) => visit(as))
    for (const tab of tabs) await sees(tab, 5)
    const seen = [ada, bob, cleo, dan, eve].map((as) => colorsOf(tabs[0]!, as))
    expect(new Set(seen.flat()).size).toBe(5)
    expect(seen.flat()).toContain(OWN)
    for (const tab of tabs) for (const { id, color } of tab.list.people) if (id !== looker) expect(colorsOf(tabs[0]!, id)).toEqual([color])
  })

  it('have one colour in all their tabs, and keep it while they move and while others go', async () => {
    const look = visit(looker)
    const first = visit(ada)
    await sees(look, 1)
    const second = visit(bob)
    await sees(look, 2)
    const [given] = colorsOf(look, bob)
    expect([colorsOf(look, ada), given === OWN]).toEqual([[OWN], false])
    const again = visit(bob)
    await sees(look, 3)
    expect(colorsOf(look, bob)).toEqual([given])
    first.room.close()
    await sees(look, 2)
    again.list.setCell(CELL)
    await until(() => look.list.people.some((one) => one.cursor?.cellId === CELL), 'Bob moves')
    second.room.close()
    await sees(look, 1)
    const third = visit(bob)
    await sees(look, 2)
    expect(colorsOf(look, bob)).toEqual([given])

    // What is free again is given again; who comes back for a moment’s absence has what they had.
    visit(finn)
    await sees(look, 3)
    expect(colorsOf(look, finn)).toEqual([OWN])
    again.room.close()
    third.room.close()
    await sees(look, 1)
    visit(bob)
    await sees(look, 2)
    expect(colorsOf(look, bob)).toEqual([given])
  })

  it('have colours of their own also where another web process has some of them', async () => {
    const other = await startRoomServer({ databaseUrl: database.url })
    const [here, there] = [visit(looker), visit(looker, other)]
    for (const tab of [here, there]) await sees(tab, 1)
    visit(ada)
    await sees(there, 2)
    visit(bob, other)
    await sees(here, 3)
    const [given] = colorsOf(here, bob)
    expect([colorsOf(here, ada), colorsOf(there, ada)]).toEqual([[OWN], [OWN]])
    expect(given).not.toBe(OWN)
    expect(colorsOf(there, bob)).toEqual([given])
    visit(bob)
    await sees(there, 4)
    expect([colorsOf(here, bob), colorsOf(there, bob)]).toEqual([[given], [given]])
    open.splice(0).forEach((room) => room.close())
    await other.stop()
  })
})
