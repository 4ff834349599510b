/** A world for tests of a workspace's data: an owner whose workspace has real tables and files in a real store, a stranger with a workspace of their own, and a real reader. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { loadConfig } from '#server/config.ts'
import type { Deps } from '#server/deps.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { readWorkspace } from '#server/workspaces/read-workspace.ts'
import { createAccountsWorld } from './accounts-world.ts'

export async function createDataWorld() {
  const world = await createAccountsWorld()
  const config = { ...loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), ...world.deps.config }
  const objects = createMinioObjects(config.s3)
  const reader = createReader({ config, log: world.deps.log, objects })
  const deps = { ...world.deps, config, objects, reader } as Deps
  const owner = await world.addPerson('Olga')
  const stranger = await world.addPerson('Stan')
  const idOf = async (who: typeof owner): Promise<WorkspaceId> => {
    const found = await readWorkspace(deps, who.actor, who.slug)
    if (!found.ok) throw new Error(found.message)
    return found.value.id
  }
  const workspaceId = await idOf(owner)
  const prefix = `ws/${workspaceId}`
  await promisify(execFile)(config.python, [fileURLToPath(new URL('./data_tables.py', import.meta.url)), prefix], { env: process.env })
  return {
    ...world, deps, objects, owner, stranger, workspaceId, prefix,
    close: async () => {
      await reader.close()
      await objects.removeAll(`${prefix}/`)
      await world.drop()
    },
  }
}

export type DataWorld = Awaited<ReturnType<typeof createDataWorld>>
