/**
 * `node server/auth/issue-sign-in-link.ts` prints a fresh one-time sign-in link of the local owner as its last
 * line. It lives 24 hours and is spent by its first use; a new one makes the older unused ones void.
 */
import { and, eq, like, sql } from 'drizzle-orm'
import type { CoreDeps } from '../deps.ts'
import { verification } from '../store/schema/auth.ts'
import { createAuth, type Auth } from './auth.ts'
import { OWNER } from './local-owner.ts'

export async function issueSignInLink(deps: Pick<CoreDeps, 'config' | 'db'> & { auth: Auth }, email: string): Promise<string> {
  await deps.db.delete(verification).where(and(like(verification.identifier, 'magic-link:%'), eq(sql`${verification.value}::json ->> 'email'`, email)))
  let issued: string | null = null
  const deliver = (token: string) => void (issued = token)
  await deps.auth.api.signInMagicLink({ body: { email, metadata: { deliver } }, headers: new Headers() })
  if (issued === null) throw new Error('No sign-in token was made.')
  return `${deps.config.publicUrl}/?token=${issued}`
}

if (import.meta.main) {
  const { configOrExit } = await import('../config.ts')
  const { createLog } = await import('../log.ts')
  const { openStore } = await import('../store/client.ts')
  const config = configOrExit()
  const store = openStore(config.databaseUrl, { name: 'sign-in-link', max: 1 })
  const auth = createAuth({ config, log: createLog(config, 'sign-in-link'), db: store.db })
  const link = await issueSignInLink({ config, db: store.db, auth }, OWNER.email)
  await store.close()
  process.stdout.write(`${link}\n`)
}
