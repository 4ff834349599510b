/** Workspace: what members share: notebooks, data, compute, schedules, workflows, dashboards. Its slug stands in URLs. */
import type { WorkspaceId } from './ids.ts'
import type { Role } from './member.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

/** A workspace as one member sees it: with the role there. */
export interface WorkspaceSummary {
  id: WorkspaceId
  slug: string
  name: string
  role: Role
}

export const SLUG_MAX = 40
const slugPattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/
/** Words the URL needs for itself. */
const RESERVED = new Set(['api', 'share', 'embed', 'healthz', 'sign-in', 'sign-up', 'sign-out', 'docs', 'settings', 'new', 'metrics'])

export function checkSlug(slug: string): Outcome<string, 'slug-invalid' | 'slug-reserved'> {
  if (!slugPattern.test(slug) || slug.length > SLUG_MAX) return refuse('slug-invalid', 'Use small letters, digits and dashes, at most 40.')
  if (RESERVED.has(slug)) return refuse('slug-reserved', `“${slug}” is a word of the address itself. Choose another.`)
  return accept(slug)
}

/** A slug from a name: `Data Team` → `data-team`; never empty. */
export function slugFrom(name: string): string {
  const slug = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, SLUG_MAX).replace(/^-+|-+$/g, '')
  return checkSlug(slug).ok ? slug : 'workspace'
}
