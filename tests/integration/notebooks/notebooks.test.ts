import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { readKept } from '#lib/document/read-kept.ts'
import { readNotebook } from '#lib/document/read-notebook.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { PLAIN_VIEW } from '#lib/domain/table-view.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { readPackages } from '#server/compute/packages.ts'
import { notebookPackages } from '#server/store/schema/compute.ts'
import { duplicateNotebook } from '#server/notebooks/duplicate-notebook.ts'
import { editNotebook } from '#server/notebooks/edit-notebook.ts'
import { listNotebooks } from '#server/notebooks/list-notebooks.ts'
import { openNotebook } from '#server/notebooks/open-notebook.ts'
import { restoreNotebook, trashNotebook } from '#server/notebooks/trash-notebook.ts'
import { documentSnapshots } from '#server/store/schema/notebooks.ts'
import { addMember } from '#server/workspaces/add-member.ts'
import { createAccountsWorld, type AccountsWorld } from '../../support/accounts-world.ts'

let world: AccountsWorld
let ada: Awaited<ReturnType<AccountsWorld['addPerson']>>
let vic: typeof ada

beforeAll(async () => {
  world = await createAccountsWorld()
  ;[ada, vic] = [await world.addPerson('Ada'), await world.addPerson('Vic')]
  await addMember(world.deps, ada.actor, { workspaceId: ada.slug, email: vic.email, role: 'viewer', requestId: 'r' })
})
afterAll(() => world.drop())

async function make(title = 'Report', folder = '') {
  const made = await createNotebook(world.deps, ada.actor, { workspaceId: ada.slug, title, folder, requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  return made.value
}

describe('a new notebook', () => {
  it('has its document beside its row: a title and an empty Python cell', async () => {
    const { id } = await make('  Plan  ', '/reports//weekly/')
    const [snapshot] = await world.db.select().from(documentSnapshots).where(eq(documentSnapshots.notebookId, id))
    const doc = new Y.Doc()
    Y.applyUpdate(doc, snapshot?.state ?? new Uint8Array())
    expect(readNotebook(doc)).toMatchObject({ title: 'Plan', cells: [{ kind: 'python', source: '' }] })
    expect(await openNotebook(world.deps, ada.actor, id)).toMatchObject({ value: { folder: 'reports/weekly', epoch: 1, canEdit: true, canRun: true, workspaceSlug: ada.slug } })
  })

  it.each([[' ', '', 'title-empty'], ['x'.repeat(201), '', 'title-too-long'], ['x', '../up', 'folder-invalid']])('is refused with title %j in %j', async (title, folder, reason) => {
    expect(await createNotebook(world.deps, ada.actor, { workspaceId: ada.slug, title, folder, requestId: 'r' })).toMatchObject({ reason })
  })

  it('is not made by a viewer, nor elsewhere', async () => {
    expect(await createNotebook(world.deps, vic.actor, { workspaceId: ada.slug, title: 'x', folder: '', requestId: 'r' })).toMatchObject({ reason: 'not-allowed' })
    expect(await createNotebook(world.deps, ada.actor, { workspaceId: vic.slug, title: 'x', folder: '', requestId: 'r' })).toMatchObject({ reason: 'not-found' })
  })
})

describe('editing its row', () => {
  it('renames through the room and moves to a folder', async () => {
    const { id } = await make()
    expect(await editNotebook(world.deps, ada.actor, { notebookId: id, title: 'New', folder: 'a/b' })).toMatchObject({ value: { title: 'New', folder: 'a/b' } })
    expect(world.edits).toContain(id)
    expect(await editNotebook(world.deps, vic.actor, { notebookId: id, title: 'Mine' })).toMatchObject({ reason: 'not-allowed' })
    expect(await listNotebooks(world.deps, vic.actor, { workspaceId: ada.slug, folder: 'a/b' })).toMatchObject({ value: [{ id, title: 'New' }] })
  })

  it('duplicates what stands beside the text: values of inputs, row limits and shared views', async () => {
    const cells: Cell[] = [
      { id: 'i' as CellId, kind: 'input', source: writeInput(newInput('number', 'top')), value: 7 },
      { id: 't' as CellId, kind: 'sql', source: 'select 1', rowLimit: null, tableViews: { 0: { ...PLAIN_VIEW, hidden: ['a'] } } },
    ]
    const first = await createNotebook(world.deps, ada.actor, { workspaceId: ada.slug, title: 'Kept', folder: '', cells, requestId: 'r' })
    const copy = await duplicateNotebook(world.deps, ada.actor, { notebookId: first.ok ? first.value.id : '', requestId: 'r' })
    const [snapshot] = await world.db.select().from(documentSnapshots).where(eq(documentSnapshots.notebookId, (copy.ok ? copy.value.id : '') as NotebookId))
    const doc = new Y.Doc()
    Y.applyUpdate(doc, snapshot?.state ?? new Uint8Array())
    expect(readKept(doc)).toEqual({ title: 'Kept (copy)', cells })
  })

  it('duplicates the live text, and the packages that it needs', async () => {
    const { id } = await make()
    await world.db.insert(notebookPackages).values({ notebookId: id, name: 'polars', requirement: 'polars==1.9', version: '1.9' })
    const copy = await duplicateNotebook(world.deps, ada.actor, { notebookId: id, requestId: 'r' })
    expect(copy).toMatchObject({ value: { title: 'Report (copy)' } })
    expect(await readPackages(world.deps, ada.actor, { notebookId: copy.ok ? copy.value.id : '' })).toMatchObject({ value: [{ name: 'polars', requirement: 'polars==1.9' }] })
    expect(await duplicateNotebook(world.deps, vic.actor, { notebookId: id, requestId: 'r' })).toMatchObject({ reason: 'not-allowed' })
  })
})

describe('the trash', () => {
  it('takes it out of the list, keeps it readable, and gives it back', async () => {
    const { id } = await make('Old')
    const ids = async (isTrashed: boolean) => {
      const list = await listNotebooks(world.deps, ada.actor, { workspaceId: ada.slug, isTrashed })
      return list.ok ? list.value.map((one) => one.id) : []
    }
    await trashNotebook(world.deps, ada.actor, { notebookId: id, requestId: 'r' })
    expect([(await ids(false)).includes(id), (await ids(true)).includes(id)]).toEqual([false, true])
    expect(await openNotebook(world.deps, ada.actor, id)).toMatchObject({ value: { canEdit: false, canRun: false, canShare: false } })
    expect(await editNotebook(world.deps, ada.actor, { notebookId: id, title: 'x' })).toMatchObject({ reason: 'not-allowed', message: expect.stringContaining('trash') })
    expect(world.cuts.at(-1)).toMatchObject({ code: 1012 })
    expect(await restoreNotebook(world.deps, vic.actor, { notebookId: id, requestId: 'r' })).toMatchObject({ reason: 'not-allowed' })
    await restoreNotebook(world.deps, ada.actor, { notebookId: id, requestId: 'r' })
    expect(await openNotebook(world.deps, ada.actor, id)).toMatchObject({ value: { canEdit: true, trashedAt: null } })
  })
})
