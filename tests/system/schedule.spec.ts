/** The walk of a tick: two presses make a schedule, the minute comes, and an ordinary run with a fresh kernel follows. */
import { expectNoAxeFaults } from './axe.ts'
import { makeNotebook, openNotebook, pressFor } from './notebook-page.ts'
import { expect, test, type Person } from './people.ts'

interface Schedule { id: string; notebookId: string; zone: string; isPaused: boolean; lastTick: { state: string; runId: string | null; runState: string | null } | null }
interface Run { state: string; cause: string; cells: { source: string }[] }

const harbourOf = async (owner: Person) => (await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')).find((workspace) => workspace.slug === 'harbour')!.id

test('a schedule by preset: chosen, saved by one press, undone by one press', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Morning numbers', [{ kind: 'python', source: 'print(1)' }])
  await page.goto('/harbour/schedules')
  await pressFor(page.getByRole('button', { name: 'New schedule' }), page.getByRole('dialog'))
  await page.getByRole('combobox', { name: 'Notebook' }).click()
  await page.getByRole('option', { name: 'Morning numbers' }).click()
  await page.getByRole('button', { name: 'Choose when' }).click()
  await expect(page.getByRole('button', { name: /Every weekday at 09:00.*next:/ })).toBeVisible()
  await page.getByRole('button', { name: /Every weekday at 09:00/ }).click()

  const row = page.getByRole('row', { name: /Morning numbers/ })
  await expect(row).toContainText('At 09:00, Monday through Friday')
  await expect(row).toContainText(/09:00.*(in \d+ (minutes?|hours?|days?)|tomorrow|in a moment|just now)/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row).toHaveCount(0)
  expect(await owner.call<Schedule[]>('GET', `/workspaces/${await harbourOf(owner)}/schedules?notebook=${notebook.id}`)).toEqual([])
})

test('an open notebook is scheduled with two presses: the clock, then a preset', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Two presses', [{ kind: 'python', source: 'print(1)' }])
  await openNotebook(page, notebook)
  let presses = 0
  const press = async (name: string | RegExp) => {
    presses += 1
    await page.getByRole('button', { name }).click()
  }
  await press('Schedule')
  await press(/^Every weekday at 09:00/)
  await expect(page.getByText(/Scheduled: At 09:00, Monday through Friday\. Next .* 09:00/)).toBeVisible()
  expect(presses).toBe(2)
  const made = await owner.call<Schedule[]>('GET', `/workspaces/${await harbourOf(owner)}/schedules?notebook=${notebook.id}`)
  expect(made).toHaveLength(1)
  await owner.call('DELETE', `/schedules/${made[0]!.id}`)
})

test('a schedule is given a limit for each cell, and shows it again when it is changed', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Limited', [{ kind: 'python', source: 'print(1)' }])
  await openNotebook(page, notebook)
  await page.getByRole('button', { name: 'Schedule', exact: true }).click()
  await page.getByRole('tab', { name: 'Advanced' }).click()
  await page.getByLabel('Limit of each cell, in minutes').fill('5')
  await page.getByRole('button', { name: 'Save schedule' }).click()
  await expect(page.getByText(/^Scheduled: /)).toBeVisible()
  const made = await owner.call<(Schedule & { timeoutSeconds: number | null; cellTimeoutSeconds: number | null })[]>('GET', `/workspaces/${await harbourOf(owner)}/schedules?notebook=${notebook.id}`)
  expect(made[0]).toMatchObject({ timeoutSeconds: null, cellTimeoutSeconds: 300 })
  await owner.call('DELETE', `/schedules/${made[0]!.id}`)
})

test('the advanced form says in words what a text means, names what is wrong, and warns of summer time (B5)', async ({ owner }) => {
  const { page } = owner
  await page.goto('/harbour/schedules')
  await pressFor(page.getByRole('button', { name: 'New schedule' }), page.getByRole('dialog'))
  await page.getByRole('button', { name: 'Choose when' }).click()
  await page.getByRole('tab', { name: 'Advanced' }).click()
  await page.getByLabel('Time zone').fill('Europe/Oslo')
  await page.getByLabel('Cron text').fill('30 2 * * *')
  await expect(page.getByText('At 02:30, every day')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Next five times' }).getByRole('listitem')).toHaveCount(5)
  await expect(page.getByText(/the clock jumps over this time: it runs once, at 03:00/).first()).toBeVisible()
  await expect(page.getByText(/this time comes twice: it runs once, the second time \(02:30 UTC\+1\)/).first()).toBeVisible()
  await page.getByLabel('Cron text').fill('61 2 * * *')
  await expect(page.getByText('61 is not a minute: use 0 to 59.')).toBeVisible()
  await page.getByLabel('Cron text').fill('0 9 * * *')
  await page.getByLabel('Time zone').fill('Europe/Atlantis')
  await expect(page.getByText(/“Europe\/Atlantis” is not a time zone/)).toBeVisible()
  await expectNoAxeFaults(page)
})

test('F19 F20 the walk of a tick: due at the minute, run once by the worker, kept with source and output', async ({ owner }) => {
  test.setTimeout(240_000)
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Every minute', [{ kind: 'python', source: 'print("ticked", 6 * 7)' }])
  // Early enough in a minute to see that it has not ticked yet.
  const leftOfMinute = 60_000 - (Date.now() % 60_000)
  if (leftOfMinute < 20_000) await page.waitForTimeout(leftOfMinute + 100)
  const schedule = await owner.call<Schedule>('POST', `/workspaces/${await harbourOf(owner)}/schedules`, { notebookId: notebook.id, cron: '* * * * *', zone: 'Australia/Lord_Howe' })
  await page.goto('/harbour/schedules')
  const row = page.getByRole('row', { name: /Every minute/ })
  await expect(row).toContainText('Not yet')
  await expect(row).toContainText('Succeeded', { timeout: 180_000 })
  await row.getByRole('switch').click()
  await expect(row).toContainText('Paused')

  await row.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'History' }).click()
  await page.getByRole('link', { name: 'Open the run' }).last().click()
  await expect(page.getByRole('heading', { name: 'Run of Every minute' })).toBeVisible()
  await expect(page.getByText('print("ticked", 6 * 7)')).toBeVisible()
  await expect(page.getByText('ticked 42')).toBeVisible()
  await expect(page.getByText(/^Schedule, due/)).toBeVisible()
  const run = await owner.call<Run>('GET', `/runs/${page.url().split('/').at(-1)}`)
  expect(run).toMatchObject({ state: 'succeeded', cause: 'schedule' })

  const { ticks } = await owner.call<{ ticks: { dueAt: string }[] }>('GET', `/schedules/${schedule.id}`)
  expect(new Set(ticks.map((tick) => tick.dueAt)).size).toBe(ticks.length)
  for (const { dueAt } of ticks) expect(dueAt).toMatch(/:00\.000Z$/)
})

test('Run now takes the same way and a paused schedule stays paused; a viewer sees it and can change nothing', async ({ owner, colleague }) => {
  test.setTimeout(120_000)
  const notebook = await makeNotebook(owner, 'By hand', [{ kind: 'python', source: '1 / 0' }])
  const schedule = await owner.call<Schedule>('POST', `/workspaces/${await harbourOf(owner)}/schedules`, { notebookId: notebook.id, cron: '0 9 * * 1', zone: 'UTC' })
  await owner.call('PATCH', `/schedules/${schedule.id}`, { isPaused: true })
  await owner.page.goto('/harbour/schedules')
  const row = owner.page.getByRole('row', { name: /By hand/ })
  await pressFor(row.getByRole('button', { name: /^Actions for/ }), owner.page.getByRole('menu'))
  await owner.page.getByRole('menuitem', { name: 'Run now' }).click()
  await expect(row).toContainText('Failed', { timeout: 60_000 })
  await expect(row).toContainText('Paused')

  const viewer = await colleague('viewer')
  await viewer.page.goto('/harbour/schedules')
  const seen = viewer.page.getByRole('row', { name: /By hand/ })
  await expect(seen.getByRole('switch')).toBeDisabled()
  await expect(viewer.page.getByRole('button', { name: 'New schedule' })).toHaveCount(0)
  await viewer.call('POST', `/schedules/${schedule.id}/run`, undefined, 403)
  await viewer.call('PATCH', `/schedules/${schedule.id}`, { isPaused: false }, 403)
  await viewer.call('DELETE', `/schedules/${schedule.id}`, undefined, 403)
})
