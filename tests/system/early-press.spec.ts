/** A page is seen before it works: what is pressed in that moment is done all the same. */
import type { Page } from '@playwright/test'
import { makeNotebook } from './notebook-page.ts'
import { expect, test } from './people.ts'

/** Holds back the page's scripts until it is told to wake. */
async function openAsleep(page: Page, path: string): Promise<() => void> {
  let wake = () => {}
  const woken = new Promise<void>((resolve) => (wake = resolve))
  await page.route('**/_app/immutable/**/*.js', async (route) => {
    await woken
    await route.continue()
  })
  await page.goto(path, { waitUntil: 'commit' })
  return wake
}

test('a button and a menu that are pressed before the page is awake do what they say', async ({ owner }) => {
  const { page } = owner
  await page.setViewportSize({ width: 1440, height: 900 })
  const notebook = await makeNotebook(owner, 'Early', [{ kind: 'python', source: 'x = 1' }])

  const wake = await openAsleep(page, notebook.path)
  await page.getByRole('button', { name: 'Variables and packages' }).first().click()
  wake()
  await expect(page.getByRole('complementary', { name: 'Variables and packages' })).toBeVisible()
  await page.unrouteAll({ behavior: 'wait' })

  const wakeAgain = await openAsleep(page, notebook.path)
  await page.getByRole('button', { name: 'More for this notebook' }).click()
  wakeAgain()
  await expect(page.getByRole('menuitem', { name: 'Version history' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menuitem', { name: 'Version history' })).toHaveCount(0)
})

test('a form that is sent before the page is awake is sent once it is, as it was filled in', async ({ owner: { page } }) => {
  const wake = await openAsleep(page, '/settings/tokens')
  await page.getByLabel('Name').fill('Early')
  await page.getByRole('button', { name: 'Create' }).click()
  wake()
  await expect(page.getByText(/^dh_\w{20,}$/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Delete Early' })).toBeVisible()
  await page.unrouteAll({ behavior: 'wait' })
})
