/** The walk of a compute: an owner makes a second one, a notebook takes it, and Spark's own pages are looked at without their reaching the app. */
import type { Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { makeNotebook, openNotebook, outputOf, pressFor, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

const card = (page: Page, name: string) => page.getByRole('article', { name: `Compute ${name}` })
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name })

test('an owner makes a second compute, a notebook takes it with its next kernel, and who is no owner makes none', async ({ owner, colleague }) => {
  test.setTimeout(420_000)
  const { page } = owner
  const [editor, viewer] = [await colleague('editor'), await colleague('viewer')]
  const notebook = await makeNotebook(owner, 'On another Spark', [{ kind: 'python', source: 'print(spark.conf.get("spark.master"), spark.conf.get("spark.driver.memory"), spark.range(3).count())' }])

  await page.goto('/harbour/compute')
  await pressFor(page.getByRole('button', { name: 'New compute' }), dialog(page, 'New compute'))
  const form = dialog(page, 'New compute')
  await form.getByLabel('Name').fill('Small')
  await form.getByLabel('Memory, in MB').fill('1')
  await form.getByLabel('Cores').fill('1')
  await form.getByRole('button', { name: 'Make the compute' }).click()
  await expect(form.getByText(/at least 1,024 MB/)).toBeVisible()
  await expectNoAxeFaults(page)
  await expect(form.getByLabel('Name')).toHaveValue('Small')
  await form.getByLabel('Memory, in MB').fill('1100')
  await form.getByRole('button', { name: 'Make the compute' }).click()
  await expect(card(page, 'Small')).toContainText('1 core · 1,100 MB of memory')
  await expect(card(page, 'Small')).toContainText('Asleep')
  await expectNoAxeFaults(page)
  for (const colors of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: colors })
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await expectNoAxeFaults(page)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 800 })

  await viewer.page.goto('/harbour/compute')
  await expect(card(viewer.page, 'Small')).toBeVisible()
  await expect(viewer.page.getByRole('button', { name: 'New compute' })).toHaveCount(0)
  await expect(viewer.page.getByRole('button', { name: /^(Start|Stop|Restart|More for)/ })).toHaveCount(0)
  await expect(viewer.page.getByRole('link', { name: /Spark UI/ })).toHaveCount(0)
  for (const { call } of [editor, viewer]) await call('POST', '/workspaces/harbour/computes', { name: 'Mine', kind: 'embedded' }, 403)

  await openNotebook(editor.page, notebook)
  await runCell(editor.page, 1)
  await expect(outputOf(editor.page, 1)).toContainText(/local\[\d+\] \d+\w 3/, { timeout: 180_000 })
  await editor.page.getByRole('button', { name: /^Kernel/ }).click()
  await editor.page.getByRole('menuitem', { name: 'Compute: Spark…' }).click()
  const choice = dialog(editor.page, 'Compute of this notebook')
  await choice.getByLabel('Compute', { exact: true }).click()
  await editor.page.getByRole('option', { name: /^Small/ }).click()
  await expect(choice).toContainText('runs on Spark. Restart the kernel to use Small')
  await expectNoAxeFaults(editor.page)
  await choice.getByRole('button', { name: 'Restart the kernel' }).click()
  await expect(choice).toBeHidden()
  await runCell(editor.page, 1)
  await expect(outputOf(editor.page, 1)).toContainText('local[1] 1100m 3', { timeout: 180_000 })
  await page.reload()
  await expect(card(page, 'Small')).toContainText('Chosen by On another Spark')
  await expect(card(page, 'Small')).toContainText('Running')

  await card(page, 'Small').getByRole('button', { name: 'Stop' }).click()
  await expect(card(page, 'Small')).toContainText('Asleep', { timeout: 30_000 })
  await card(page, 'Small').getByRole('button', { name: 'More for Small' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await expect(dialog(page, 'Delete Small?')).toContainText('“On another Spark” runs here and will use the default')
  await dialog(page, 'Delete Small?').getByRole('button', { name: 'Delete and move' }).click()
  await expect(card(page, 'Small')).toHaveCount(0)
})

test('S25: a Spark elsewhere is tried when it is made; what is wrong is said, and a token is never shown again', async ({ owner }) => {
  const { page } = owner
  await page.goto('/harbour/compute')
  await pressFor(page.getByRole('button', { name: 'New compute' }), dialog(page, 'New compute'))
  const form = dialog(page, 'New compute')
  await form.getByLabel('Name').fill('Cluster')
  await form.getByLabel('Where Spark runs').click()
  await page.getByRole('option', { name: /^Elsewhere/ }).click()
  for (const [address, sentence] of [
    ['https://spark.example.org', 'begins with sc://'], ['sc://127.0.0.1:15002/a/path', 'has a path'], ['sc://169.254.169.254:80', 'belongs to the machine or its cloud'],
    ['sc://no-such-host.invalid', 'There is no host called no-such-host.invalid'], ['sc://127.0.0.1:1/;use_ssl=false', 'Nobody listens at 127.0.0.1:1'],
  ] as const) {
    await form.getByLabel('Address', { exact: true }).fill(address)
    await form.getByRole('button', { name: 'Make the compute' }).click()
    await expect(form).toContainText(sentence)
    await expect(form.getByLabel('Address', { exact: true })).toHaveValue(address)
  }
  expect((await owner.call<{ name: string }[]>('GET', '/workspaces/harbour/computes')).map(({ name }) => name)).not.toContain('Cluster')
})

test('S29: Spark’s own pages are shown to people who may run, and reach nothing of the app', async ({ owner, colleague, stranger }) => {
  test.setTimeout(240_000)
  const { page } = owner
  const viewer = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Pages', [{ kind: 'python', source: 'print(spark.range(5).count())' }])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('5', { timeout: 120_000 })
  await page.goto('/harbour/compute')
  const link = card(page, 'Spark').getByRole('link', { name: /Spark UI/ })
  await expect(link).toBeVisible()
  const entry = (await link.getAttribute('href')) ?? ''
  const opened = page.context().waitForEvent('page')
  await link.click()
  const pages = await opened
  const broken: string[] = []
  pages.on('pageerror', (error) => broken.push(String(error)))
  await expect(pages.getByRole('heading', { name: /Spark Jobs/ })).toBeVisible()
  const address = pages.url()
  await pages.getByRole('link', { name: 'Executors' }).click()
  await expect(pages.getByRole('cell', { name: 'driver' }).first()).toBeVisible({ timeout: 60_000 })
  await pages.getByRole('link', { name: 'Stages', exact: true }).click()
  await expect(pages.getByRole('heading', { name: /Stages for All Jobs/ })).toBeVisible()
  await pages.getByRole('link', { name: 'Environment' }).click()
  await expect(pages.getByRole('cell', { name: 'Java Home' })).toBeVisible({ timeout: 30_000 })
  await expect(pages.locator('body')).not.toContainText(new RegExp(['AUTH_SECRET', 'S3_SECRET_KEY'].map((name) => process.env[name]).filter((one) => one !== undefined && one !== '').join('|') || 'no-secret-was-given'))
  expect(broken).toEqual([])

  // Nothing of the app: no origin, no cookie, no call.
  expect(await pages.evaluate(() => self.origin)).toBe('null')
  expect(await pages.evaluate(() => Promise.resolve().then(() => document.cookie).catch((error: Error) => error.name))).toBe('SecurityError')
  expect(await pages.evaluate(() => fetch('/api/v1/workspaces', { credentials: 'include' }).then((response) => response.status, () => 'refused'))).toBe('refused')

  // The address sent on: a stranger must sign in, and who may not look is told so; nothing there acts.
  const other = await stranger()
  await other.goto(address)
  await expect(other).toHaveURL(/\/sign-in/)
  await viewer.page.goto(address)
  await expect(viewer.page.getByText(/Your role here is viewer/)).toBeVisible()
  const kill = await page.request.get(address.replace(/\/jobs\/.*$/, '/jobs/job/kill/?id=0'))
  expect([kill.status(), await kill.text()]).toEqual([404, expect.stringContaining('here to look at')])
  expect((await page.request.post(address, { headers: { origin: new URL(address).origin } })).status()).toBe(405)
  expect((await viewer.page.request.get(entry, { maxRedirects: 0 })).status()).toBe(403)
})
