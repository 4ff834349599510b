/** The walk of a run: the button, the queue, the kernel, Spark, and everybody's page. */
import { cellAt, makeNotebook, openNotebook, outputOf, runCell, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('the Welcome notebook shows its last results at once, before anything is run', async ({ owner }) => {
  await owner.page.goto('/')
  await owner.page.waitForURL(/harbour/)
  await owner.page.goto('/harbour')
  await owner.page.getByRole('link', { name: 'Welcome' }).first().click()
  await expect(owner.page.getByRole('grid').first()).toContainText('Chicago')
  await expect(owner.page.getByRole('img').first()).toBeVisible()
})

test('Python and SQL share one Spark session, and a colleague sees the output come', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Shared session', [
    { kind: 'python', source: 'spark.range(41, 44).createOrReplaceTempView("numbers"); print("made", 6 * 7)' },
    { kind: 'sql', source: 'select id * 10 as tens from numbers order by 1' },
  ])
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('made 42', { timeout: 60_000 })
  await expect(outputOf(mate.page, 1)).toContainText('made 42')
  await runCell(owner.page, 2)
  for (const page of [owner.page, mate.page]) await expect(cellAt(page, 2).getByRole('grid')).toContainText('430', { timeout: 30_000 })

  await mate.page.reload()
  await expect(outputOf(mate.page, 1)).toContainText('made 42')
  await expect(cellAt(mate.page, 2).getByRole('grid')).toContainText('430')
})

test('variables live on between runs, and an error names its line', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Variables', [
    { kind: 'python', source: 'x = 20' },
    { kind: 'python', source: 'print(x + 1)' },
    { kind: 'python', source: 'a = 1\n1 / 0' },
  ])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await runCell(owner.page, 2)
  await expect(outputOf(owner.page, 2)).toContainText('21')
  await runCell(owner.page, 3)
  await expect(outputOf(owner.page, 3)).toContainText('ZeroDivisionError')
  await expect(cellAt(owner.page, 3)).toContainText(/line 2/i)
})

test('an endless loop is stopped by Interrupt, and the next cell runs', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Endless', [
    { kind: 'python', source: 'print("going", flush=True)\nwhile True: pass' },
    { kind: 'python', source: 'print("after")' },
  ])
  await openNotebook(owner.page, notebook)
  await owner.page.getByRole('button', { name: 'Run all', exact: true }).click()
  await expect(outputOf(owner.page, 1)).toContainText('going')
  await owner.page.getByRole('button', { name: /^Interrupt/ }).click()
  await expect(cellAt(owner.page, 1)).toContainText(/Interrupted after .* by Harbour Owner/)
  await expect(cellAt(owner.page, 2)).toContainText(/Not run: cancelled by Harbour Owner/)
  await runCell(owner.page, 2)
  await expect(outputOf(owner.page, 2)).toContainText('after')
})

test('F6: a kernel killed in mid-cell says so, and the next run gets a new one', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Killed kernel', [
    { kind: 'python', source: 'import os, signal, time\nprint("before", flush=True)\n# What is printed in the very instant of the kill is still with the process.\ntime.sleep(0.5)\nos.kill(os.getpid(), signal.SIGKILL)' },
    { kind: 'python', source: 'print("alive again")' },
  ])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('before')
  await expect(cellAt(owner.page, 1)).toContainText(/kernel died/i)
  await runCell(owner.page, 2)
  await expect(outputOf(owner.page, 2)).toContainText('alive again')
})

test('S1: HTML from a cell stays in its sandbox', async ({ owner }) => {
  const payload = '<b id=x>bold</b><script>try{parent.document.title="stolen"}catch(e){};try{document.title=document.cookie}catch(e){}</script><img src=x onerror="try{top.location=\'about:blank\'}catch(e){}">'
  const notebook = await makeNotebook(owner, 'Sandbox', [{ kind: 'python', source: `from IPython.display import HTML\nHTML(${JSON.stringify(payload)})` }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(cellAt(owner.page, 1).frameLocator('iframe').getByText('bold')).toBeVisible()
  await owner.page.waitForTimeout(500)
  expect(owner.page.url()).toContain(notebook.path)
  expect(await owner.page.title()).not.toContain('stolen')
})

test('a run goes on when the page is closed, and its output is there on return', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Closed tab', [{ kind: 'python', source: 'import time\nfor i in range(6):\n    print("tick", i, flush=True)\n    time.sleep(0.5)' }])
  await openNotebook(owner.page, notebook)
  await runCell(owner.page, 1)
  await expect(outputOf(owner.page, 1)).toContainText('tick 0')
  await owner.page.goto('/harbour')
  await owner.page.waitForTimeout(3500)
  await openNotebook(owner.page, notebook)
  for (let i = 0; i < 6; i++) await expect(outputOf(owner.page, 1)).toContainText(`tick ${i}`)
})

test('a runner may run but not write', async ({ owner, colleague }) => {
  const runner = await colleague('runner')
  const notebook = await makeNotebook(owner, 'For runners', [{ kind: 'python', source: 'print("ran")' }])
  await runner.page.goto(notebook.path)
  await cellAt(runner.page, 1).getByRole('button', { name: 'Run cell' }).click()
  await expect(outputOf(runner.page, 1)).toContainText('ran')
  await openNotebook(owner.page, notebook)
  await typeInto(owner.page, 1, '# by the owner')
  await expect(cellAt(runner.page, 1)).toContainText('# by the owner')
})
