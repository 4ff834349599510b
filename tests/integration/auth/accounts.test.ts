import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actorOf, type Member } from '#server/auth/actor.ts'
import { changePassword, hasPassword } from '#server/auth/change-password.ts'
import { consumeSignInLink } from '#server/auth/consume-sign-in-link.ts'
import { issueSignInLink } from '#server/auth/issue-sign-in-link.ts'
import { removeOldAttempts } from '#server/auth/limit-attempts.ts'
import { endOtherSessions, listSessions } from '#server/auth/sessions.ts'
import { signIn } from '#server/auth/sign-in.ts'
import { signOut } from '#server/auth/sign-out.ts'
import { signUp } from '#server/auth/sign-up.ts'
import { createToken, deleteToken, listTokens } from '#server/auth/tokens.ts'
import { account, apikey, session, user, verification } from '#server/store/schema/auth.ts'
import { audit, members } from '#server/store/schema/workspaces.ts'
import { createAccountsWorld, PASSWORD, type AccountsWorld } from '../../support/accounts-world.ts'

let world: AccountsWorld
beforeAll(async () => { world = await createAccountsWorld() })
afterAll(() => world.drop())

const byCookie = (cookie: string) => actorOf(world.deps, new Headers({ cookie }))
const byToken = (token: string, cookie = '') => actorOf(world.deps, new Headers({ authorization: `Bearer ${token}`, cookie }))
const tryPassword = (email: string, password: string, address = '198.51.100.7') =>
  signIn(world.deps, { email, password, address, userAgent: null, requestId: 'r' })

describe('sign-up', () => {
  it('gives a session and a workspace that the person owns', async () => {
    const ada = await world.addPerson('Ada')
    expect(ada.slug).toMatch(/^adas-workspace/)
    expect(await byCookie(ada.cookie)).toMatchObject({ kind: 'member', userId: ada.actor.userId, name: 'Ada' })
    expect(await world.db.select().from(members).where(eq(members.userId, ada.actor.userId))).toMatchObject([{ role: 'owner' }])
  })

  it.each([
    [{ password: 'elevenchars' }, 'password-too-short'], [{ password: 'x'.repeat(129) }, 'password-too-long'],
    [{ email: 'no-address' }, 'email-invalid'], [{ name: '  ' }, 'name-invalid'],
  ])('refuses %j with a sentence', async (wrong, reason) => {
    const made = await signUp(world.deps, { name: 'Eve', email: 'eve@example.org', password: PASSWORD, address: '10.9.9.9', userAgent: null, requestId: 'r', ...wrong })
    expect(made).toMatchObject({ ok: false, reason })
  })

  it('refuses a taken e-mail, in any case of letters', async () => {
    const { email } = await world.addPerson('Bob')
    const again = await signUp(world.deps, { name: 'Bob', email: email.toUpperCase(), password: PASSWORD, address: '10.9.9.9', userAgent: null, requestId: 'r' })
    expect(again).toMatchObject({ ok: false, reason: 'email-taken' })
  })

  it('is closed when the operator says so', async () => {
    const closed = { ...world.deps, config: { ...world.deps.config, isSignUpOpen: false } }
    expect(await signUp(closed, { name: 'Eve', email: 'eve2@example.org', password: PASSWORD, address: '10.9.9.9', userAgent: null, requestId: 'r' })).toMatchObject({ ok: false, reason: 'sign-up-closed' })
  })
})

describe('a password', () => {
  const signedIn = async (email: string, password = PASSWORD) => {
    const done = await tryPassword(email, password)
    if (!done.ok) throw new Error(done.message)
    const headers = new Headers({ cookie: done.value.cookies.map((one) => `${one.name}=${encodeURIComponent(one.value)}`).join('; ') })
    return { headers, actor: (await actorOf(world.deps, headers)) as Member }
  }
  const change = ({ headers, actor }: { headers: Headers; actor: Member }, current: string, next: string) => changePassword(world.deps, actor, { current, next, headers, requestId: 'r' })

  it('is changed by who knows it, and signs everybody else out who had the old one [S19]', async () => {
    const { email } = await world.addPerson('Nora')
    const [here, elsewhere] = [await signedIn(email), await signedIn(email)]
    expect(await change(here, 'not it at all', 'analytical engine 2')).toMatchObject({ ok: false, reason: 'password-wrong' })
    expect(await change(here, PASSWORD, 'too short')).toMatchObject({ ok: false, reason: 'password-too-short' })
    world.cuts.length = 0
    expect(await change(here, PASSWORD, 'analytical engine 2')).toEqual({ ok: true, value: null })
    expect([await actorOf(world.deps, here.headers), await actorOf(world.deps, elsewhere.headers)]).toMatchObject([{ userId: here.actor.userId }, null])
    expect(await tryPassword(email, PASSWORD)).toMatchObject({ ok: false, reason: 'sign-in-failed' })
    expect(await tryPassword(email, 'analytical engine 2')).toMatchObject({ ok: true })
    const [cut] = world.cuts
    const visitor = (sessionId: string | null) => ({ sessionId }) as never
    expect(cut!.concern).toEqual({ userId: here.actor.userId })
    expect([here.actor.sessionId, elsewhere.actor.sessionId].map((id) => cut!.isOver(visitor(id)))).toEqual([false, true])
    expect((await world.db.select().from(audit).where(eq(audit.subject, here.actor.userId))).map(({ action }) => action)).toEqual(expect.arrayContaining(['password.change', 'session.end-others']))
  })

  it('is guessed at no more than ten times in a quarter of an hour', async () => {
    const here = await signedIn((await world.addPerson('Otto')).email)
    for (let turn = 0; turn < 10; turn += 1) expect(await change(here, `guess number ${turn}`, 'analytical engine 2')).toMatchObject({ reason: 'password-wrong' })
    expect(await change(here, PASSWORD, 'analytical engine 2')).toMatchObject({ ok: false, reason: 'too-many-requests' })
  })

  it('is given to somebody who came by a link and has none', async () => {
    const { actor, cookie, email } = await world.addPerson('Pia')
    await world.db.delete(account).where(eq(account.userId, actor.userId))
    const headers = new Headers({ cookie })
    const here = { headers, actor: (await actorOf(world.deps, headers)) as Member }
    expect(await hasPassword(world.deps, here.actor)).toBe(false)
    expect(await change(here, '', 'analytical engine 2')).toEqual({ ok: true, value: null })
    expect(await tryPassword(email, 'analytical engine 2')).toMatchObject({ ok: true })
  })

  it('is no matter for who only signs out elsewhere, which the list of sessions shows', async () => {
    const { email } = await world.addPerson('Quin')
    const [here, elsewhere] = [await signedIn(email), await signedIn(email)]
    expect((await listSessions(world.deps, here.actor)).filter(({ isThis }) => isThis).map(({ id }) => id)).toEqual([here.actor.sessionId])
    expect(await endOtherSessions(world.deps, here.actor, { requestId: 'r' })).toBe(2)
    expect(await listSessions(world.deps, here.actor)).toMatchObject([{ id: here.actor.sessionId, isThis: true }])
    expect(await actorOf(world.deps, elsewhere.headers)).toBeNull()
  })
})

describe('sign-in', () => {
  it('answers an unknown e-mail and a wrong password alike', async () => {
    const { email } = await world.addPerson('Cleo')
    expect(await tryPassword(email, 'wrong wrong wrong')).toEqual(await tryPassword('nobody@example.org', 'wrong wrong wrong'))
    expect(await tryPassword(email, PASSWORD)).toMatchObject({ ok: true })
  })

  it('looks at no more than 10 guesses for an account, also in parallel and from many networks [S20]', async () => {
    const { email } = await world.addPerson('Dora')
    const guesses = await Promise.all(Array.from({ length: 60 }, (_, at) => tryPassword(email, `guess number ${at}`, `203.0.${at}.1`)))
    expect(guesses.filter((one) => !one.ok && one.reason === 'sign-in-failed')).toHaveLength(10)
    expect(await tryPassword(email, PASSWORD, '192.0.2.1')).toMatchObject({ ok: false, reason: 'too-many-requests' })
    await world.sql`update attempts set window_start = now() - interval '16 minutes'`
    expect(await tryPassword(email, PASSWORD, '192.0.2.1')).toMatchObject({ ok: true })
  })

  it('forgets a day later what was counted', async () => {
    const { email } = await world.addPerson('Dinah')
    await tryPassword(email, 'wrong wrong wrong', '192.0.2.77')
    const keys = async () => (await world.sql<{ key: string }[]>`select key from attempts where key like '%192.0.2.0/24' or key like ${`%${email}`}`).map(({ key }) => key).sort()
    const counted = await keys()
    expect(counted).toHaveLength(2)
    await world.sql`update attempts set window_start = now() - interval '25 hours' where key = ${counted[0] ?? ''}`
    await removeOldAttempts(world.sql)
    expect(await keys()).toEqual(counted.slice(1))
  })

  it('leaves a row in the audit log for success and failure [S35]', async () => {
    const { email, actor } = await world.addPerson('Emma')
    await tryPassword(email, PASSWORD, '192.0.2.9')
    await tryPassword(email, 'wrong wrong wrong', '192.0.2.9')
    expect(await world.db.select().from(audit).where(eq(audit.subject, actor.userId))).toMatchObject([{ action: 'sign-in', requestId: 'r' }])
    expect(await world.db.select().from(audit).where(eq(audit.subject, email))).toMatchObject([{ action: 'sign-in-failed', actor: 'anonymous' }])
    await expect(world.sql`delete from audit`).rejects.toThrow(/append-only/)
  })
})

describe('sessions [S19]', () => {
  it('ends with sign-out, and its sockets are cut', async () => {
    const finn = await world.addPerson('Finn')
    const actor = await byCookie(finn.cookie)
    await signOut(world.deps, actor, { headers: new Headers({ cookie: finn.cookie }), requestId: 'r' })
    expect(await byCookie(finn.cookie)).toBeNull()
    const cut = world.cuts.at(-1)
    expect(cut).toMatchObject({ code: 4401, concern: { userId: finn.actor.userId } })
    const sessions = [actor?.kind === 'member' ? actor.sessionId : '', 'another', null]
    expect(sessions.map((sessionId) => cut?.isOver({ sessionId } as never))).toEqual([true, false, false])
  })

  it('gives another session at every sign-in', async () => {
    const { email } = await world.addPerson('Gus')
    const [one, two] = [await tryPassword(email, PASSWORD), await tryPassword(email, PASSWORD)]
    expect(one.ok && two.ok && one.value.cookies[0]?.value !== two.value.cookies[0]?.value).toBe(true)
  })

  it('lives on with use, and ends after 7 days without', async () => {
    const pat = await world.addPerson('Pat')
    const mine = eq(session.userId, pat.actor.userId)
    await world.db.update(session).set({ expiresAt: new Date(Date.now() + 2 * 86_400_000), updatedAt: new Date(Date.now() - 5 * 86_400_000) }).where(mine)
    expect(await byCookie(pat.cookie)).not.toBeNull()
    const [row] = await world.db.select().from(session).where(mine)
    expect((row?.expiresAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(6.9 * 86_400_000)
    await world.db.update(session).set({ expiresAt: new Date(Date.now() - 1000) }).where(mine)
    expect(await byCookie(pat.cookie)).toBeNull()
  })

  it('ends after 30 days however much it is used, and refuses a forged cookie', async () => {
    const hal = await world.addPerson('Hal')
    await world.db.update(session).set({ createdAt: new Date(Date.now() - 31 * 86_400_000) }).where(eq(session.userId, hal.actor.userId))
    expect(await byCookie(hal.cookie)).toBeNull()
    expect(await byCookie(`${hal.cookie.slice(0, -6)}AAAA%3D`)).toBeNull()
  })

  it('has a cookie for this very host over https, and a plain one over http', async () => {
    const https = await createAccountsWorld({ publicUrl: 'https://harbour.example.org' })
    try {
      const made = await signUp(https.deps, { name: 'Ida', email: 'ida@example.org', password: PASSWORD, address: '::1', userAgent: null, requestId: 'r' })
      expect(made.ok && made.value.cookies).toMatchObject([{ name: '__Host-dataharbour.session_token', isSecure: true }])
      expect(made.ok && await actorOf(https.deps, new Headers({ cookie: `${made.value.cookies[0]?.name}=${encodeURIComponent(made.value.cookies[0]?.value ?? '')}` }))).toMatchObject({ name: 'Ida' })
    } finally {
      await https.drop()
    }
  })
})

describe('the one-time link', () => {
  const owner = { id: 'an-owner', name: 'Owner', email: 'owner@local.example' }
  const issue = async () => new URL(await issueSignInLink(world.deps, owner.email)).searchParams.get('token') ?? ''
  const open = (token: string) => consumeSignInLink(world.deps, { token, address: '127.0.0.1', userAgent: 'Firefox/140', requestId: 'r' })
  beforeAll(async () => { await world.db.insert(user).values({ ...owner, emailVerified: true }) })

  it('signs in once', async () => {
    const token = await issue()
    expect(await open(token)).toMatchObject({ ok: true, value: { userId: owner.id } })
    expect((await world.db.select().from(session).where(eq(session.userId, owner.id))).map(({ userAgent }) => userAgent)).toEqual(['Firefox/140'])
    expect(await open(token)).toMatchObject({ ok: false, reason: 'link-spent' })
  })

  it('is spent once when opened many times at once', async () => {
    const token = await issue()
    const all = await Promise.all(Array.from({ length: 8 }, () => open(token)))
    expect(all.filter((one) => one.ok)).toHaveLength(1)
  })

  it('is void when a newer one was made, and after a day', async () => {
    const [older, newer] = [await issue(), await issue()]
    expect(await open(older)).toMatchObject({ ok: false })
    await world.db.update(verification).set({ expiresAt: new Date(Date.now() - 1000) })
    expect(await open(newer)).toMatchObject({ ok: false, reason: 'link-spent' })
  })

  it('is not in the database as it is [S11]', async () => {
    const token = await issue()
    expect(token.length).toBeGreaterThanOrEqual(43)
    expect(JSON.stringify(await world.db.select().from(verification))).not.toContain(token)
  })

  it('refuses rubbish', async () => {
    for (const token of ['', 'x', "' or 1=1 --", 'A'.repeat(5000)]) expect(await open(token)).toMatchObject({ ok: false, reason: 'link-spent' })
  })
})

describe('API tokens', () => {
  it('act as their maker until deleted', async () => {
    const { actor } = await world.addPerson('Jo')
    const made = await createToken(world.deps, actor, { name: 'ci', expiresInDays: 30, requestId: 'r' })
    if (!made.ok) throw new Error(made.message)
    expect(made.value.token).toMatch(/^dh_/)
    expect(await byToken(made.value.token)).toMatchObject({ userId: actor.userId, sessionId: null })
    expect(JSON.stringify(await world.db.select().from(apikey))).not.toContain(made.value.token)
    expect(await deleteToken(world.deps, actor, { tokenId: made.value.id, requestId: 'r' })).toEqual({ ok: true, value: null })
    expect(await byToken(made.value.token)).toBeNull()
    expect(world.changes.at(-1), 'what is connected with it is asked again').toEqual({ userId: actor.userId })
  })

  it('work 200 times in a row: no daily limit of the library is left on', async () => {
    const { actor } = await world.addPerson('Kim')
    const made = await createToken(world.deps, actor, { name: 'busy', expiresInDays: null, requestId: 'r' })
    const token = made.ok ? made.value.token : ''
    for (let at = 0; at < 200; at += 1) expect(await byToken(token)).not.toBeNull()
  })

  it('are judged alone: a wrong one is not saved by a cookie [S18]', async () => {
    const lea = await world.addPerson('Lea')
    expect(await byToken('dh_wrong', lea.cookie)).toBeNull()
    expect(await actorOf(world.deps, new Headers({ authorization: 'Basic eDp5', cookie: lea.cookie }))).toBeNull()
  })

  it('cannot make tokens, see or delete those of others', async () => {
    const [mia, ned] = [await world.addPerson('Mia'), await world.addPerson('Ned')]
    const made = await createToken(world.deps, mia.actor, { name: 'hers', expiresInDays: 1, requestId: 'r' })
    expect(await createToken(world.deps, { ...mia.actor, sessionId: null }, { name: 'x', expiresInDays: 1, requestId: 'r' })).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await listTokens(world.deps, ned.actor)).toEqual({ ok: true, value: [] })
    expect(await deleteToken(world.deps, ned.actor, { tokenId: made.ok ? made.value.id : '', requestId: 'r' })).toMatchObject({ ok: false, reason: 'not-found' })
  })
})
