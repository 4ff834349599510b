/** Temporary folders of notebooks: short enough for sockets, and gone with the kernels. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import { makeTemporaryFolder, removeTemporaryFolders, temporaryFolder } from '#workers/disk/notebook-folders.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'dh-'))
const [kept, gone] = ['8f7c7a3e-1111-4222-8333-444455556666', '8f7c7a3e-1111-4222-8333-777788889999'] as NotebookId[]
afterAll(() => rmSync(dataDir, { recursive: true }))

it('go, with what is in them, once their notebook has had no kernel for a minute', async () => {
  const folders = [kept!, gone!].map((id) => makeTemporaryFolder(dataDir, id))
  for (const folder of folders) writeFileSync(join(folder, 'left'), 'x')
  await removeTemporaryFolders(dataDir, [kept!], new Date())
  expect(folders.map((folder) => existsSync(folder))).toEqual([true, true])
  await removeTemporaryFolders(dataDir, [kept!], new Date(Date.now() + 61_000))
  expect(folders.map((folder) => existsSync(folder))).toEqual([true, false])
  const foreign = join(folders[0]!, '..', 'beef-000011112222')
  mkdirSync(foreign)
  await removeTemporaryFolders(dataDir, [kept!], new Date(Date.now() + 61_000))
  expect(existsSync(foreign)).toBe(true)
  await removeTemporaryFolders(dataDir, [kept!], new Date(Date.now() + 8 * 24 * 3600_000))
  expect([existsSync(foreign), existsSync(folders[0]!)]).toEqual([false, true])
})

it('have a path that leaves room for a socket, however deep the data is', () => {
  for (const deep of ['/data', `/home/${'a/'.repeat(80)}data`]) expect(temporaryFolder(deep, kept!).length).toBeLessThanOrEqual(70)
})
