/** A new workspace with its maker as owner, a default compute and the sample notebooks, in one transaction. */
import { and, eq, like, or, sql } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { checkSlug, slugFrom, SLUG_MAX, type WorkspaceSummary } from '#lib/domain/workspace.ts'
import type { Actor } from '../auth/actor.ts'
import { createDefaultCompute } from '../compute/create-default-compute.ts'
import { addSampleNotebooks } from '../notebooks/add-sample-notebooks.ts'
import type { Database, Transaction } from '../store/client.ts'
import { members, workspaces } from '../store/schema/workspaces.ts'
import { checkWorkspaceName } from './check-workspace-name.ts'
import { recordAudit } from './record-audit.ts'

const OWNED_MAX = 50

export interface CreateWorkspaceInput {
  name: string
  /** Null: made from the name, with a number when it is taken. */
  slug: string | null
  requestId: string | null
}

export type CreateWorkspaceRefusal = 'sign-in-needed' | 'name-invalid' | 'slug-invalid' | 'slug-reserved' | 'slug-taken' | 'too-many-workspaces'

export async function createWorkspace(deps: { db: Database }, actor: Actor | null, input: CreateWorkspaceInput): Promise<Outcome<WorkspaceSummary, CreateWorkspaceRefusal>> {
  if (actor?.kind !== 'member') return refuse('sign-in-needed', 'Sign in to make a workspace.')
  const name = checkWorkspaceName(input.name)
  if (!name.ok) return name
  const slug = input.slug === null ? null : checkSlug(input.slug)
  if (slug !== null && !slug.ok) return slug
  return deps.db.transaction(async (tx) => {
    const owned = await tx.$count(members, and(eq(members.userId, actor.userId), eq(members.role, 'owner')))
    if (owned >= OWNED_MAX) return refuse('too-many-workspaces', `You own ${OWNED_MAX} workspaces, which is the most one person can.`)
    const [row] = await tx.insert(workspaces)
      .values({ name: name.value, slug: slug?.value ?? (await freeSlug(tx, name.value)) })
      .onConflictDoNothing({ target: workspaces.slug })
      .returning({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name })
    if (row === undefined) return refuse('slug-taken', `Another workspace has the address “${input.slug}”. Choose another.`)
    await tx.insert(members).values({ workspaceId: row.id, userId: actor.userId, role: 'owner' })
    await createDefaultCompute(tx, row.id)
    await addSampleNotebooks(tx, row.id, actor.userId)
    await recordAudit(tx, { workspaceId: row.id, actor, action: 'workspace.create', subject: row.id, requestId: input.requestId })
    return accept({ ...row, role: 'owner' as const })
  })
}

async function freeSlug(tx: Transaction, name: string): Promise<string> {
  const base = slugFrom(name.replace(/[’']/g, '')).slice(0, SLUG_MAX - 6).replace(/-+$/, '')
  // Two people naming theirs alike at the same moment wait for each other here.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`slug:${base}`}))`)
  const rows = await tx.select({ slug: workspaces.slug }).from(workspaces).where(or(eq(workspaces.slug, base), like(workspaces.slug, `${base}-%`)))
  const taken = new Set(rows.map((row) => row.slug))
  if (!taken.has(base)) return base
  for (let number = 2; ; number += 1) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`
}
