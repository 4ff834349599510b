/** A workflow drawn, run, failed in the middle, and gone on from there; and the lists of runs and compute. */
import { expectNoAxeFaults } from './axe.ts'
import { makeNotebook, openNotebook, pressFor, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('three notebooks as steps: a cycle is named, a failure skips what follows, and it goes on from the failed step', async ({ owner }) => {
  test.setTimeout(240_000)
  const { page } = owner
  await makeNotebook(owner, 'Flow load', [{ kind: 'python', source: 'print("loaded")' }])
  const check = await makeNotebook(owner, 'Flow check', [{ kind: 'python', source: 'import pathlib; assert 1 == 2, "the numbers differ"' }])
  await makeNotebook(owner, 'Flow report', [{ kind: 'python', source: 'print("reported")' }])

  await page.goto('/harbour/workflows')
  await pressFor(page.getByRole('button', { name: 'New workflow' }), page.getByRole('dialog'))
  await page.getByLabel('Name').fill('Nightly flow')
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByRole('button', { name: 'Add steps' }).click()
  for (const [at, title] of ['Flow load', 'Flow check', 'Flow report'].entries()) {
    await page.getByRole('button', { name: 'Add a step' }).click()
    await page.getByRole('combobox', { name: 'Notebook' }).nth(at).click()
    await page.getByRole('option', { name: title }).click()
    await expect(page.getByLabel('Step', { exact: true }).nth(at)).toHaveValue(title.toLowerCase().replace(' ', '-'))
  }

  const first = page.getByRole('group').first()
  await first.getByText('flow-report').click()
  await expect(page.getByRole('alert')).toContainText(/wait for each other: flow-load → flow-report → flow-check → flow-load/)
  await expect(page.getByRole('button', { name: 'Save steps' })).toBeDisabled()
  await first.getByText('flow-report').click()
  await page.getByRole('button', { name: 'Save steps' }).click()

  await page.getByRole('button', { name: 'Run', exact: true }).click()
  const box = (key: string) => page.getByRole('listitem').filter({ has: page.getByText(key, { exact: true }) })
  await expect(box('flow-check')).toContainText('Failed', { timeout: 120_000 })
  await expect(box('flow-load')).toContainText('Done')
  await expect(box('flow-report')).toContainText('Skipped')
  await expect(page.getByText(/flow-check: .*the numbers differ/)).toBeVisible()
  await expectNoAxeFaults(page)

  const workflow = page.url()
  await openNotebook(page, check)
  await typeInto(page, 1, '\n'.repeat(1))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('print("mended")')
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await page.goto(workflow)
  await pressFor(page.getByRole('button', { name: 'Run again from the failure' }), page.getByRole('row', { name: /from where another failed/ }))
  await expect(box('flow-report')).toContainText('Done', { timeout: 120_000 })
  await expect(page.getByRole('row', { name: /from where another failed/ })).toContainText('3 of 3')
  await expect(page.getByRole('row').filter({ hasText: '1 of 3' })).toContainText('Failed')
})

test('steps that are edited outlast a server that cannot be reached, and no two of them get one name', async ({ owner }) => {
  const { page } = owner
  const [load, report] = [await makeNotebook(owner, 'Away load', [{ kind: 'python', source: '1' }]), await makeNotebook(owner, 'Away report', [{ kind: 'python', source: '2' }])]
  const [harbour] = (await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')).filter(({ slug }) => slug === 'harbour')
  const steps = [{ key: 'load', notebookId: load.id, dependsOn: [] }, { key: 'report', notebookId: report.id, dependsOn: ['load'] }]
  const { id } = await owner.call<{ id: string }>('POST', `/workspaces/${harbour?.id}/workflows`, { name: 'Away flow', steps })

  await page.goto(`/harbour/workflows/${id}`)
  const name = page.getByLabel('Step', { exact: true }).nth(1)
  await pressFor(page.getByRole('button', { name: 'Edit steps' }), name)
  await name.fill('load')
  await name.press('Tab')
  await expect(page.getByText('Another step is called “load”. Give this one a name of its own.')).toBeVisible()
  await expect(name).toHaveValue('report')
  await name.fill('summary')
  await name.press('Tab')

  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Save steps' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The server cannot be reached' })).toBeVisible()
  await expect(name).toHaveValue('summary')
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Save steps' }).click()
  await expect(page.getByRole('button', { name: 'Edit steps' })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ has: page.getByText('summary', { exact: true }) })).toBeVisible()
})

test('a page that renews itself stays while the server cannot be reached', async ({ owner }) => {
  const { page } = owner
  await page.goto('/harbour/compute')
  await expect(page.getByRole('heading', { name: 'Compute', level: 1 })).toBeVisible()
  const failed = page.waitForEvent('requestfailed', { timeout: 30_000 })
  await page.context().setOffline(true)
  await failed
  await page.context().setOffline(false)
  await page.waitForResponse((response) => response.url().includes('__data.json') && response.ok(), { timeout: 30_000 })
  await expect(page.getByRole('heading', { name: 'Compute', level: 1 })).toBeVisible()
})

test('the list of runs filters by state and opens a run with its source', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Listed check', [{ kind: 'python', source: 'assert 1 == 2, "the numbers differ"' }])
  const [harbour] = (await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')).filter(({ slug }) => slug === 'harbour')
  const { id } = await owner.call<{ id: string }>('POST', `/workspaces/${harbour?.id}/workflows`, { name: 'Listed flow', steps: [{ key: 'check', notebookId: notebook.id, dependsOn: [] }] })
  await owner.call('POST', `/workflows/${id}/runs`)
  await page.goto('/harbour/runs')
  await expect(page.getByRole('table', { name: 'Runs' })).toBeVisible()
  await page.getByRole('navigation', { name: 'Which runs' }).getByRole('link', { name: 'Failed' }).click()
  await expect(page).toHaveURL(/state=failed/)
  await expect(page.getByRole('row', { name: /Listed check/ }).first()).toContainText('the numbers differ', { timeout: 60_000 })
  await page.getByRole('link', { name: 'Listed check' }).first().click()
  await expect(page.getByText('assert 1 == 2, "the numbers differ"').first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'Workflow “Listed flow”' })).toBeVisible()
  // The colours inside a program's own output are the program's.
  await expectNoAxeFaults(page, { except: 'article pre' })
})

test('the compute page says what runs, its log can be read, and Spark is started, restarted and stopped from it', async ({ owner, colleague }) => {
  test.setTimeout(300_000)
  const { page } = owner
  await page.goto('/harbour/compute')
  await expect(page.getByRole('article', { name: /^Compute/ })).toContainText(/Spark on this machine · \d+ cores?/)
  await pressFor(page.getByRole('button', { name: 'Log' }), page.getByLabel('Log', { exact: true }))
  await expect(page.getByLabel('Log', { exact: true })).toContainText(/spark/i)
  await expectNoAxeFaults(page)
  const viewer = await colleague('viewer')
  await viewer.page.goto('/harbour/compute')
  await expect(viewer.page.getByRole('article', { name: /^Compute/ })).toBeVisible()
  await expect(viewer.page.getByRole('button', { name: /^(Start|Stop|Log)$/ })).toHaveCount(0)

  const card = page.getByRole('article', { name: 'Compute Spark' })
  const isUp = () => expect(card.getByText('Running', { exact: true })).toBeVisible({ timeout: 120_000 })
  if (await card.getByRole('button', { name: 'Start' }).isVisible()) await card.getByRole('button', { name: 'Start' }).click()
  await isUp()
  await card.getByRole('button', { name: 'Restart' }).click()
  await expect(card.getByText(/^(Stopping|Starting)$/)).toBeVisible({ timeout: 30_000 })
  await isUp()
  await expect(viewer.page.getByText('Running', { exact: true })).toBeVisible({ timeout: 15_000 })
  await card.getByRole('button', { name: 'Stop' }).click()
  await expect(card.getByText('Asleep', { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(card).toContainText('It starts by itself when a cell needs Spark.')
})
