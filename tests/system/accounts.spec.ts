/** Accounts and the home page, as a new person meets them. */
import { expectNoAxeFaults } from './axe.ts'
import { expect, test } from './people.ts'

test('the one-time link opens the Welcome notebook once; a second use leads to sign-in with a sentence', async ({ product, stranger }) => {
  const link = await product.signInLink()
  const [first, second] = [await stranger(), await stranger()]
  // A link checker looks with HEAD before the person does.
  await first.request.head(link)
  await first.goto(link)
  await expect(first).toHaveURL(/\/harbour\/n\/[0-9a-f-]{36}$/)
  await second.goto(link)
  await expect(second).toHaveURL(/\/sign-in\?problem=link-spent/)
  await expect(second.getByText('This sign-in link was used already')).toBeVisible()
})

test('a page asked for before sign-in is opened after it', async ({ colleague, stranger }) => {
  const mate = await colleague('viewer')
  const page = await stranger()
  await page.goto('/harbour/members')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fharbour%2Fmembers/)
  await page.getByLabel('E-mail').fill(mate.email)
  await page.getByLabel('Password').fill('not the password at all')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('do not belong together')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/harbour\/members$/)
  await expect(page.getByLabel('Add by e-mail'), 'a viewer manages nobody').toHaveCount(0)
})

test('one’s own role is lowered only after a question, and every page goes by the new one at once', async ({ owner, colleague }) => {
  const mate = await colleague('owner')
  await mate.page.goto('/harbour/members')
  const role = mate.page.getByRole('row', { name: new RegExp(mate.email) }).getByRole('combobox')
  const pick = async (answer: string) => {
    await role.click()
    await mate.page.getByRole('option', { name: /^Viewer/ }).click()
    const question = mate.page.getByRole('dialog', { name: 'Change your own role to viewer?' })
    await expect(question).toContainText('As viewer you can read. You cannot take this back yourself: another owner can.')
    await question.getByRole('button', { name: answer }).click()
    await expect(question).toBeHidden()
  }
  await pick('Cancel')
  await expect(role).toContainText('Owner')
  await pick('Change my role')
  await expect(mate.page.getByText('You are now viewer.')).toBeVisible()
  await expect(mate.page.getByLabel('Add by e-mail')).toHaveCount(0)
  await mate.page.getByRole('link', { name: 'Dashboards' }).click()
  await expect(mate.page.getByRole('heading', { name: 'Dashboards', level: 1 })).toBeVisible()
  await expect(mate.page.getByRole('button', { name: /dashboard/ })).toHaveCount(0)
  expect((await owner.call<{ email: string; role: string }[]>('GET', `/workspaces/harbour/members`)).find(({ email }) => email === mate.email)?.role).toBe('viewer')
})

test('New notebook is one press; trash can be undone from the toast', async ({ owner: { page } }) => {
  await page.goto('/harbour')
  await page.getByRole('button', { name: 'New notebook' }).click()
  await expect(page).toHaveURL(/\/harbour\/n\//)
  await page.goto('/harbour')
  await page.getByRole('button', { name: 'Actions for Untitled' }).first().click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Title' }).fill('Short-lived')
  await page.keyboard.press('Enter')
  const renamed = page.getByRole('list', { name: 'Notebooks' }).getByRole('listitem').filter({ hasText: 'Short-lived' })
  await expect(renamed).toBeVisible()
  await page.getByRole('button', { name: 'Actions for Short-lived' }).click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await expect(renamed).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(renamed).toBeVisible()
})

test('sign-out ends the session: the back button shows nothing of the workspace', async ({ colleague }) => {
  const { page } = await colleague('viewer')
  await page.goto('/harbour')
  await page.getByRole('button', { name: /^Mate/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await page.goto('/harbour')
  await expect(page).toHaveURL(/\/sign-in\?next/)
})

test('a password is changed on the account page, and a browser elsewhere is signed out by it', async ({ colleague, stranger }) => {
  const mate = await colleague('viewer')
  const elsewhere = await stranger()
  const signIn = async (password: string) => {
    await elsewhere.goto('/sign-in')
    await elsewhere.getByLabel('E-mail').fill(mate.email)
    await elsewhere.getByLabel('Password').fill(password)
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
  }
  await signIn('correct horse battery')
  await expect(elsewhere).toHaveURL(/\/harbour/)
  const { page } = mate
  await page.goto('/harbour')
  await page.getByRole('button', { name: /^Mate/ }).click()
  await page.getByRole('menuitem', { name: 'Account' }).click()
  const signedIn = page.getByRole('table', { name: 'Where you are signed in' }).locator('tbody tr')
  await expect(signedIn).toHaveCount(2)
  await expect(signedIn.filter({ hasText: 'this one' })).toContainText('Chrome on')

  const change = async (now: string) => {
    await page.getByLabel('Password now').fill(now)
    await page.getByLabel('New password').fill('a much better battery')
    await page.getByRole('button', { name: 'Change the password' }).click()
  }
  await change('not this one at all')
  await expect(page.getByText('This is not your password now.')).toBeVisible()
  await change('correct horse battery')
  await expect(page.getByText('The password is changed. Everywhere else you are signed out.')).toBeVisible()
  await expect(signedIn).toHaveCount(1)
  await elsewhere.goto('/harbour')
  await expect(elsewhere).toHaveURL(/\/sign-in/)
  await signIn('correct horse battery')
  await expect(elsewhere.getByRole('alert')).toContainText('do not belong together')
  await signIn('a much better battery')
  await expect(elsewhere).toHaveURL(/\/harbour/)
  await page.reload()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByText('You are signed out everywhere else.')).toBeVisible()
  await expect(signedIn).toHaveCount(1)
})

test('a token made in the browser opens the API; deleted, it does not', async ({ owner: { page }, product, playwright }) => {
  await page.goto('/settings/tokens')
  await page.getByLabel('Name').fill('nightly')
  await page.getByRole('button', { name: 'Create' }).click()
  const token = await page.getByText(/^dh_\w{20,}$/).innerText()
  const program = await playwright.request.newContext({ extraHTTPHeaders: { authorization: `Bearer ${token}` } })
  expect((await program.get(`${product.url}/api/v1/workspaces`)).status()).toBe(200)
  // It is no sign-in: who found it neither signs its person out nor gives them a password.
  for (const action of ['others', 'password']) expect((await program.post(`${product.url}/settings/account?/${action}`, { form: { next: 'a password of a thief' } })).status()).toBe(403)
  await page.getByRole('button', { name: 'Delete nightly' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('No tokens yet')).toBeVisible()
  expect((await program.get(`${product.url}/api/v1/workspaces`)).status()).toBe(401)
  await program.dispose()
})

test('another site cannot act with the cookie, nor frame a page [S14, S18]', async ({ owner: { page }, product }) => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
    const api = await page.request.post(`${product.url}/api/v1/workspaces`, { data: { name: 'x' }, headers })
    const form = await page.request.post(`${product.url}/sign-out`, { form: {}, headers })
    expect([api.status(), form.status()]).toEqual([403, 403])
  }
  for (const path of ['/harbour', '/sign-in', '/docs', '/api/v1/workspaces', '/nowhere']) {
    const response = await page.request.get(product.url + path)
    expect(response.headers()['content-security-policy'], path).toContain("frame-ancestors 'none'")
    expect(response.headers()['x-content-type-options'], path).toBe('nosniff')
  }
})

for (const theme of ['light', 'dark'] as const) {
  test(`pages have no accessibility fault in ${theme}, and the theme is there before any script`, async ({ owner: { page }, product }) => {
    await page.context().addCookies([{ name: 'dataharbour-theme', value: theme, url: product.url }])
    const html = await (await page.request.get(`${product.url}/harbour`)).text()
    expect(/<html lang="en" class="dark"/.test(html)).toBe(theme === 'dark')
    for (const path of ['/harbour', '/harbour/members', '/harbour/trash', '/settings/account', '/settings/tokens', '/docs#list-files']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectNoAxeFaults(page, { about: path })
    }
  })
}

test('nothing is wider than a phone', async ({ owner: { page } }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/harbour', '/harbour/members', '/harbour/trash', '/settings/account', '/settings/tokens', '/docs#list-files']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390)
  }
  await page.goto('/harbour')
  await page.getByRole('button', { name: 'Open the menu' }).click()
  await page.getByRole('link', { name: 'Members' }).click()
  await expect(page).toHaveURL(/\/members$/)
  await expect(page.getByRole('dialog')).toHaveCount(0)
})
