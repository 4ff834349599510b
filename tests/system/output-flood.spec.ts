/** B8: a flood of print costs the web process little, leaves the page alive, and is stopped at once. */
import { readFileSync } from 'node:fs'
import { setInterval as every } from 'node:timers/promises'
import { cellAt, makeNotebook, openNotebook, outputOf, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

/** `OUTPUT_FLOOD_MB=1000` is the promise; the suite takes less of its own time. */
const FLOOD_MB = Number(process.env.OUTPUT_FLOOD_MB ?? 40)
const RSS_MAX_MB = 50
const WORKER_MAX_MB = 150

const rssMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

test(`B8: ${FLOOD_MB} MB of print add at most ${RSS_MAX_MB} MB to the web process, and the page answers`, async ({ owner, product }) => {
  test.setTimeout(60_000 + FLOOD_MB * 300)
  const notebook = await makeNotebook(owner, 'Flood', [
    { kind: 'python', source: 'print("warm")' },
    { kind: 'python', source: `line = "x" * 999\nfor i in range(${FLOOD_MB} * 1000): print(line)\nprint("flood over")` },
  ])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('warm', { timeout: 30_000 })
  const pid = product.web.pid ?? 0
  const workerPid = product.worker.pid ?? 0
  const [before, workerBefore] = [rssMb(pid), rssMb(workerPid)]
  let [most, workerMost] = [before, workerBefore]
  const stop = new AbortController()
  const watching = (async () => {
    try {
      for await (const _ of every(50, null, { signal: stop.signal })) [most, workerMost] = [Math.max(most, rssMb(pid)), Math.max(workerMost, rssMb(workerPid))]
    } catch {
      // Stopped.
    }
  })()
  const begun = Date.now()
  await runCell(owner.page, 2)
  let slowest = 0
  while (!((await cellAt(owner.page, 2).textContent()) ?? '').includes('flood over')) {
    const asked = performance.now()
    await owner.page.evaluate(() => new Promise(requestAnimationFrame))
    slowest = Math.max(slowest, performance.now() - asked)
    expect(Date.now() - begun).toBeLessThan(30_000 + FLOOD_MB * 300)
    await owner.page.waitForTimeout(100)
  }
  await expect(cellAt(owner.page, 2)).toContainText(/Took/)
  stop.abort()
  await watching
  console.log(`flood ${FLOOD_MB} MB: ${Date.now() - begun} ms, web +${Math.round(most - before)} MB of ${Math.round(before)}, worker +${Math.round(workerMost - workerBefore)} MB of ${Math.round(workerBefore)}, slowest frame ${Math.round(slowest)} ms`)
  expect(most - before).toBeLessThan(RSS_MAX_MB)
  expect(workerMost - workerBefore).toBeLessThan(WORKER_MAX_MB)
  expect(slowest).toBeLessThan(2000)
  await expect(cellAt(owner.page, 2).getByRole('button', { name: /^Show (all|the first)/ })).toBeVisible()
})

test('B8: an endless flood is stopped by Interrupt at once, and the next cell runs', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Endless flood', [
    { kind: 'python', source: 'i = 0\nwhile True:\n    print("line", i)\n    i += 1' },
    { kind: 'python', source: 'print("after")' },
  ])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('Here text is left out', { timeout: 30_000 })
  await owner.page.waitForTimeout(1000)
  const begun = Date.now()
  await owner.page.getByRole('button', { name: /^Interrupt/ }).click()
  await expect(cellAt(owner.page, 1)).toContainText(/Interrupted after/, { timeout: 8000 })
  console.log(`stopped ${Date.now() - begun} ms after the press`)
  await runCell(owner.page, 2)
  await expect(outputOf(owner.page, 2)).toContainText('after')
})
