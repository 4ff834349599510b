/** What waits to be committed while the database hangs. */
import { assert, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { UpdateBatch } from '#server/notebooks/document-store.ts'
import { createGroupCommit } from '#server/rooms/group-commit.ts'
import { createTurn } from '#server/rooms/turn.ts'

it('a room that asks anew takes back what still waits: the line does not grow, and nothing is written twice', async () => {
  const back = Promise.withResolvers<void>()
  const written: UpdateBatch[] = []
  const commits = createGroupCommit(createTurn((error) => assert.fail(String(error))), async (batches) => {
    await back.promise
    written.push(...batches)
    return new Map(batches.map(({ notebookId }) => [notebookId, 7]))
  })
  const write = (name: string) => commits.write(name as NotebookId, 1, [])
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
  // Three commits are under way at once, and hang.
  const first = []
  for (const name of ['a', 'b', 'c']) {
    first.push(write(name))
    await turn()
  }
  const asked = []
  for (let again = 0; again < 20; again += 1) {
    asked.push(write('late'))
    await turn()
  }
  back.resolve()
  expect(await asked.at(-1)).toBe(7)
  await Promise.all(first)
  expect(written.map(({ notebookId }) => notebookId).sort()).toEqual(['a', 'b', 'c', 'late'])
})
