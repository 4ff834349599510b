/**
 * The people of the walks: Playwright's `test` with one running product per suite, the owner signed in by
 * the one-time link, and colleagues who sign up by the form. A console error on any page fails the test.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, expect, type Browser, type Page, type Request } from '@playwright/test'
import postgres from 'postgres'
import { startProduct, type Product } from '../support/start-product.ts'

export { expect }

export interface Person {
  page: Page
  name: string
  email: string
  /** A call of the API with this person's cookie; throws on any refusal unless `expectStatus` is given. */
  call: <T = Record<string, unknown>>(method: string, path: string, body?: unknown, expectStatus?: number) => Promise<T>
}

interface Fixtures {
  owner: Person
  /** Signs up somebody new and makes them a member of the owner's workspace. */
  colleague: (role?: string) => Promise<Person>
  /** A page without any account. */
  stranger: () => Promise<Page>
  /** A walk that failed leaves in its folder of test-results what the pages asked for and what the processes logged meanwhile. */
  traces: void
}

interface Shared {
  product: Product
  ownerState: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>
}

export const OWNER_EMAIL = 'owner@dataharbour.local'
/** What a browser may say on its own account without it being our fault; the last two are the sandbox holding. */
const NOT_OURS = [
  /Failed to load resource.*(401|403|404|409|410|422|429|503)/, /net::ERR_/, /WebSocket connection to .* failed/,
  /violates the following Content Security Policy directive: "img-src data: blob:"/, /Unsafe attempt to initiate navigation/,
]

/** Of this process, once a walk needed it. */
let started: Product | null = null
/** What the pages of one walk asked the server to do. */
const asked: string[] = []

export const test = base.extend<Fixtures, Shared>({
  product: [async ({}, use) => {
    const product = await startProduct({ hasWelcome: true, env: { KERNEL_MEMORY: '1536m' } })
    started = product
    await use(product)
    started = null
    await product.stop()
  }, { scope: 'worker', timeout: 360_000 }],

  traces: [async ({}, use, info) => {
    asked.length = 0
    const before = new Map(readLogs().map(({ name, body }) => [name, body.length]))
    await use()
    if (info.status === info.expectedStatus) return
    writeFileSync(info.outputPath('requests.txt'), asked.join('\n'))
    for (const { name, body } of readLogs()) writeFileSync(info.outputPath(name), body.subarray(before.get(name) ?? 0))
  }, { auto: true }],

  ownerState: [async ({ product, browser }, use) => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(await product.signInLink())
    await page.waitForURL(/\/n\//)
    await use(await context.storageState())
    await context.close()
  }, { scope: 'worker' }],

  owner: async ({ browser, product, ownerState }, use) => {
    const context = await browser.newContext({ storageState: ownerState, baseURL: product.url, permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    const errors = listenForErrors(page)
    await use(personOf(page, product, 'Owner', OWNER_EMAIL))
    await context.close()
    expect(errors, 'console errors on the owner’s page').toEqual([])
  },

  colleague: async ({ browser, product, owner }, use) => {
    const open: { page: Page; errors: string[] }[] = []
    await use(async (role = 'editor') => {
      const context = await browser.newContext({ baseURL: product.url })
      const page = await context.newPage()
      open.push({ page, errors: listenForErrors(page) })
      const number = Math.random().toString(36).slice(2, 8)
      const person = personOf(page, product, `Mate ${number}`, `mate-${number}@example.test`)
      await forgetSignUps(product)
      await signUp(person)
      const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
      const harbour = workspaces.find((workspace) => workspace.slug === 'harbour')
      await owner.call('POST', `/workspaces/${harbour?.id}/members`, { email: person.email, role })
      return person
    })
    for (const { page, errors } of open) {
      await page.context().close()
      expect(errors, 'console errors on a colleague’s page').toEqual([])
    }
  },

  stranger: async ({ browser, product }, use) => {
    const pages: Page[] = []
    await use(async () => {
      const context = await browser.newContext({ baseURL: product.url })
      const page = await context.newPage()
      pages.push(page)
      return page
    })
    for (const page of pages) await page.context().close()
  },
})

const readLogs = () => (started === null ? [] : ['server.log', 'workers.log'].map((name) => ({ name, body: readFileSync(join(started!.dataDir, name)) })))

/** All the colleagues of a suite come from one network; the limit on new accounts is shown in tests/integration/auth. */
async function forgetSignUps(product: Product): Promise<void> {
  const sql = postgres(product.env.DATABASE_URL ?? '', { max: 1 })
  await sql`delete from attempts`
  await sql.end()
}

async function signUp(person: Person): Promise<void> {
  await person.page.goto('/sign-up')
  await person.page.getByLabel('Name').fill(person.name)
  await person.page.getByLabel('E-mail').fill(person.email)
  await person.page.getByLabel('Password').fill('correct horse battery')
  await person.page.getByRole('button', { name: 'Make the account' }).click()
  await person.page.waitForURL((url) => !url.pathname.startsWith('/sign-up'))
}

function personOf(page: Page, product: Product, name: string, email: string): Person {
  return {
    page, name, email,
    call: async (method, path, body, expectStatus) => {
      const response = await page.request.fetch(`${product.url}/api/v1${path}`, { method, data: body, headers: { origin: product.url } })
      const isExpected = expectStatus === undefined ? response.ok() : response.status() === expectStatus
      expect(isExpected, `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(true)
      const text = await response.text()
      return text === '' ? undefined : JSON.parse(text)
    },
  }
}

function listenForErrors(page: Page): string[] {
  const errors: string[] = []
  const note = (text: string) => {
    if (!NOT_OURS.some((pattern) => pattern.test(text))) errors.push(text)
  }
  page.on('console', (message) => message.type() === 'error' && note(message.text()))
  page.on('pageerror', (error) => note(String(error)))
  const tell = (request: Request, answer: string) => request.method() !== 'GET' && asked.push(`${new Date().toISOString()} ${request.method()} ${request.url()} ${request.postData()?.slice(0, 300) ?? ''} -> ${answer}`)
  page.on('response', (response) => tell(response.request(), String(response.status())))
  page.on('requestfailed', (request) => tell(request, request.failure()?.errorText ?? 'failed'))
  return errors
}
