/**
 * Auth: better-auth on our own tables. Its HTTP routes are not mounted: sign-in, sign-up and sign-out are form
 * actions of ours that call `auth.api`, so that one limiter, one CSRF rule and one audit log cover them all.
 * Sessions end after 7 idle days (and 30 in all, see actor.ts); one-time links and API tokens are kept as hashes.
 */
import { randomBytes } from 'node:crypto'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { magicLink } from 'better-auth/plugins'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/client.ts'
import * as schema from '../store/schema/auth.ts'

export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 128
export const TOKEN_PREFIX = 'dh_'
const DAY_S = 24 * 60 * 60
const LINK_LIVES_S = DAY_S

export type Auth = ReturnType<typeof createAuth>

export function createAuth(deps: { config: Pick<Config, 'publicUrl' | 'authSecret' | 'isSignUpOpen'>; log: Log; db: Database }) {
  const isHttps = new URL(deps.config.publicUrl).protocol === 'https:'
  return betterAuth({
    appName: 'DataHarbour',
    baseURL: deps.config.publicUrl,
    secret: deps.config.authSecret,
    database: drizzleAdapter(deps.db, { provider: 'pg', schema }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: !deps.config.isSignUpOpen,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
    },
    session: { expiresIn: 7 * DAY_S, updateAge: DAY_S },
    advanced: {
      // `__Host-` binds the cookie to this very host over https; browsers refuse the prefix over plain http.
      useSecureCookies: false,
      cookiePrefix: isHttps ? '__Host-dataharbour' : 'dataharbour',
      defaultCookieAttributes: { secure: isHttps, httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [
      magicLink({
        expiresIn: LINK_LIVES_S,
        storeToken: 'hashed',
        disableSignUp: true,
        generateToken: () => randomBytes(32).toString('base64url'),
        // No mail is sent: whoever asks on the server takes the token from `metadata.deliver`.
        sendMagicLink: ({ token, metadata }) => void (metadata as { deliver: (token: string) => void }).deliver(token),
      }),
      apiKey({
        defaultPrefix: TOKEN_PREFIX,
        requireName: true,
        maximumNameLength: 80,
        startingCharactersConfig: { shouldStore: true, charactersLength: 8 },
        keyExpiration: { minExpiresIn: 1, maxExpiresIn: 365 },
        rateLimit: { enabled: false },
      }),
    ],
    logger: { level: 'warn', log: (level, message) => deps.log[level === 'error' ? 'warn' : 'debug']({ from: 'better-auth' }, message) },
    telemetry: { enabled: false },
  })
}
