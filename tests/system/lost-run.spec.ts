/** F3: the worker is killed while a run is in progress. Everybody's page says so soon, and one press runs it again without a reload. */
import type { Page } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook, outputOf, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

/** The promise. */
const TOLD_WITHIN_MS = 15_000

const mark = (page: Page) => page.evaluate(() => void ((globalThis as { sameDocument?: boolean }).sameDocument = true))
const isSameDocument = (page: Page) => page.evaluate(() => (globalThis as { sameDocument?: boolean }).sameDocument === true)

test('F3: a run whose worker is killed is lost with a reason on every page, and the next run works on the same page with the variables alive', async ({ owner, colleague, product }) => {
  test.setTimeout(150_000)
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Lost worker', [
    { kind: 'python', source: 'kept = 20 + 1' },
    { kind: 'python', source: 'import time\ntries = globals().get("tries", 0) + 1\nprint("try", tries, flush=True)\nif tries == 1: time.sleep(120)\nprint("over")' },
    { kind: 'python', source: 'print("doubled", kept * 2)' },
  ])
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await runCell(owner.page, 1)
  await expect(cellAt(owner.page, 1)).toContainText(/Took/)
  for (const page of [owner.page, mate.page]) await mark(page)

  await owner.page.getByRole('button', { name: 'Run all', exact: true }).click()
  for (const page of [owner.page, mate.page]) {
    await expect(outputOf(page, 2)).toContainText('try 1')
    // Who set it going, and when, while it goes.
    await expect(cellAt(page, 2)).toContainText(/Running.*Harbour Owner started \d\d:\d\d/)
    await expect(cellAt(page, 3)).toContainText(/Waiting its turn.*Harbour Owner asked \d\d:\d\d/)
  }
  product.worker.kill('SIGKILL')
  const killedAt = Date.now()
  for (const page of [owner.page, mate.page]) {
    await expect(cellAt(page, 2)).toContainText('Lost: its worker went away', { timeout: TOLD_WITHIN_MS })
    await expect(cellAt(page, 3)).toContainText('Not run: its worker went away')
    // What it had said is kept.
    await expect(outputOf(page, 2)).toContainText('try 1')
  }
  expect(Date.now() - killedAt).toBeLessThan(TOLD_WITHIN_MS + 1000)
  const [run] = await owner.call<{ state: string; reason: string }[]>('GET', `/notebooks/${notebook.id}/runs`)
  expect(run).toMatchObject({ state: 'lost', reason: 'The worker that ran this died. Run it again.' })

  // Asked for while there is no worker: it waits, as the page says, and runs once a supervisor has started one.
  await runCell(owner.page, 3)
  await expect(cellAt(owner.page, 3)).toContainText('Waiting its turn')
  await product.restartWorker()
  for (const page of [owner.page, mate.page]) await expect(outputOf(page, 3)).toContainText('doubled 42', { timeout: 60_000 })

  // One press beside the sentence, for who may run.
  const again = (page: Page) => cellAt(page, 2).getByRole('button', { name: 'Run again', exact: true })
  await expect(again(mate.page)).toHaveCount(0)
  await again(owner.page).click()
  for (const page of [owner.page, mate.page]) await expect(outputOf(page, 2)).toContainText(/try 2\s*over/)
  await expect(again(owner.page)).toHaveCount(0)
  await expect(cellAt(owner.page, 2)).toBeFocused()
  for (const page of [owner.page, mate.page]) expect(await isSameDocument(page)).toBe(true)
})
