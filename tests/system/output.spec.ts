/** What cells show, as people see it: long text, bars, updates, charts, errors that lead to their line. */
import type { Page } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook, outputOf, runCell, textOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

const run = (page: Page, number: number) => cellAt(page, number).getByRole('button', { name: 'Run cell' }).click()

test('B8: a long text shows its head and tail to everybody, live and after a reload, and all of it on request', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Long text', [{ kind: 'python', source: 'import time\nfor i in range(300_000): print(f"line {i:06d} ....................")\nprint("resting", flush=True)\ntime.sleep(3)\nprint("the very end")' }])
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await runCell(owner.page, 1)
  // The end is seen while the cell still runs, also by who came in the middle.
  await expect(outputOf(mate.page, 1)).toContainText('resting', { timeout: 30_000 })
  await mate.page.reload()
  for (const page of [owner.page, mate.page]) {
    await expect(outputOf(page, 1)).toContainText('line 000000')
    await expect(outputOf(page, 1)).toContainText('the very end', { timeout: 15_000 })
    await expect(outputOf(page, 1)).not.toContainText('line 150000')
  }
  const page = mate.page
  await cellAt(page, 1).getByRole('button', { name: 'Show all 9.9 MB' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('line 000000')
  await expect(dialog).toContainText('Line 1 of 300,002')
  const begun = Date.now()
  await dialog.getByRole('button', { name: 'To the end' }).click()
  await expect(dialog).toContainText('the very end')
  await dialog.getByRole('region').evaluate((region) => (region.scrollTop = region.scrollHeight / 2))
  await expect(dialog).toContainText(/line 1[45]\d{4} /)
  expect(Date.now() - begun).toBeLessThan(8000)
  // Only what is on screen is in the page.
  expect((await dialog.getByRole('region').innerText()).length).toBeLessThan(10_000)
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('link', { name: 'Download' }).click()])
  expect(download.suggestedFilename()).toBe('output.txt')
  const stream = await download.createReadStream()
  let bytes = 0
  for await (const chunk of stream) bytes += (chunk as Buffer).length
  expect(bytes).toBe(300_000 * 33 + 'resting\nthe very end\n'.length)
})

test('bars of tqdm, display_id and clear_output(wait=True) replace what they should, for both and after a reload', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Updates', [
    { kind: 'python', source: 'handle = display("first", display_id=True)' },
    { kind: 'python', source: 'from IPython.display import clear_output\nfor i in range(3):\n    clear_output(wait=True)\n    print("round", i)\nhandle.update("second")' },
    { kind: 'python', source: "import sys, time\nfor i in range(0, 101, 5):\n    sys.stderr.write(f'\\rtrain:  {i}%|{i // 10 * chr(35):<10}| {i}/100 [00:01<00:01, 9.9it/s]')\n    sys.stderr.flush(); time.sleep(.05)" },
  ])
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await runCell(owner.page, 1)
  for (const page of [owner.page, mate.page]) await expect(outputOf(page, 1)).toContainText("'first'", { timeout: 20_000 })
  await runCell(owner.page, 2)
  await runCell(owner.page, 3)
  const bar = (page: Page) => cellAt(page, 3).getByRole('progressbar', { name: 'train' })
  const check = async (page: Page) => {
    await expect(bar(page)).toHaveAttribute('aria-valuenow', '100', { timeout: 20_000 })
    await expect(cellAt(page, 3)).toContainText('100/100')
    await expect(outputOf(page, 1)).toContainText("'second'")
    await expect(outputOf(page, 1)).not.toContainText("'first'")
    await expect(outputOf(page, 2)).toContainText('round 2')
    await expect(outputOf(page, 2)).not.toContainText('round 1')
  }
  await expect(bar(mate.page)).toHaveCount(1, { timeout: 20_000 })
  await mate.page.reload()
  for (const page of [owner.page, mate.page]) await check(page)
})

test('rich forms: a Vega-Lite chart is drawn and loads nothing, a widget gives its value, a formula and a table of styles are seen', async ({ owner }) => {
  const chart = '{"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "mark": "bar", "data": {"values": [{"a": "x", "b": 3}, {"a": "y", "b": 5}]}, "encoding": {"x": {"field": "a", "type": "nominal", "title": "letters"}, "y": {"field": "b", "type": "quantitative"}}}'
  const notebook = await makeNotebook(owner, 'Rich', [{ kind: 'python', source: [
    'import json', 'from IPython.display import HTML, JSON, Latex, Markdown, SVG',
    `chart = json.loads('''${chart}''')`,
    'display({"application/vnd.vegalite.v6+json": chart, "text/plain": "chart"}, raw=True)',
    'display({"application/vnd.vegalite.v5+json": {**chart, "data": {"url": "/api/v1/workspaces"}}}, raw=True)',
    'display({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "IntSlider(value=7)"}, raw=True)',
    'display(Latex(r"$$\\frac{a}{b}$$"), Markdown("**strong words**"), JSON({"k": [1]}))',
    'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text y="15">drawn</text></svg>\'))',
    'display(HTML("<style>td {color: rgb(255, 0, 0)}</style><table><tr><td>red cell</td></tr></table>"))',
  ].join('\n') }])
  const calls: string[] = []
  await openNotebook(owner.page, notebook)
  owner.page.on('request', (request) => calls.push(new URL(request.url()).pathname))
  await run(owner.page, 1)
  const cell = cellAt(owner.page, 1)
  await expect(cell.getByRole('img', { name: 'Chart made by this cell' }).first()).toContainText('letters', { timeout: 30_000 })
  await expect(cell).toContainText('This chart loads its data from another address')
  await expect(cell).toContainText('Widgets are not supported here')
  await expect(cell).toContainText('IntSlider(value=7)')
  await expect(cell.locator('.katex').first()).toBeVisible()
  await expect(cell.getByText('strong words', { exact: true })).toHaveCSS('font-weight', /^[67]\d0$/)
  await expect(cell).toContainText('"k": [')
  await expect(cell.frameLocator('iframe').first().getByText('drawn')).toBeVisible()
  await expect(cell.frameLocator('iframe').last().getByText('red cell')).toHaveCSS('color', 'rgb(255, 0, 0)')
  expect(calls.filter((path) => path === '/api/v1/workspaces')).toEqual([])
})

test('an error leads to its line, in this cell and in the one that made the function; a viewer reads what went wrong', async ({ owner, colleague }) => {
  const mate = await colleague('runner')
  const viewer = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Errors', [
    { kind: 'python', source: 'def part(a, b):\n    # a comment\n    return a / b' },
    { kind: 'python', source: 'try:\n    part(1, 0)\nexcept ZeroDivisionError as e:\n    raise ValueError("no parts") from e' },
    { kind: 'python', source: 'name = input("Who? ")' },
    { kind: 'python', source: 'x = = 1' },
  ])
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await viewer.page.goto(notebook.path)
  await runCell(owner.page, 1)
  await runCell(owner.page, 2)
  for (const page of [owner.page, mate.page]) {
    const cell = cellAt(page, 2)
    await expect(cell).toContainText('ValueError: no parts', { timeout: 20_000 })
    await expect(cell).toContainText('Caused by ZeroDivisionError: division by zero')
    await expect(cell.getByRole('button', { name: 'Go to line 4' })).toBeVisible()
  }
  await expect(cellAt(viewer.page, 2)).toContainText('ValueError: no parts')
  await expect(cellAt(viewer.page, 2).getByText('Caused by')).toHaveCount(0)
  await cellAt(owner.page, 2).getByRole('button', { name: 'Cell 1, line 3, in part' }).click()
  await expect(cellAt(owner.page, 1).locator('.monaco-editor.focused')).toBeVisible()
  await owner.page.keyboard.type('0')
  await owner.page.keyboard.press('Escape')
  await runCell(owner.page, 3)
  await expect(cellAt(owner.page, 3)).toContainText('A cell cannot wait for typing', { timeout: 20_000 })
  await runCell(owner.page, 4)
  await expect(cellAt(owner.page, 4)).toContainText('SyntaxError: invalid syntax', { timeout: 20_000 })
  await expect(cellAt(owner.page, 4).locator('.decoration-wavy')).toHaveText('=')
  await mate.page.reload()
  await expect(cellAt(mate.page, 2)).toContainText('Caused by ZeroDivisionError')
})

test('B7: SQL that goes wrong says what, leads to its line, and keeps the trace of the JVM for who asks', async ({ owner }) => {
  const notebook = await makeNotebook(owner, 'Wrong SQL', [
    { kind: 'sql', source: 'select 1;\nselec 2' },
    { kind: 'sql', source: 'select *\nfrom\nnowhere' },
    { kind: 'sql', source: 'select 1;\nselect 1 / (id - id) from range(3)' },
  ])
  const { page } = owner
  await openNotebook(page, notebook)
  for (const [number, sentence, line] of [[1, 'Syntax error at or near \'selec\'', 2], [2, 'The table or view `nowhere` cannot be found', 3], [3, 'Division by zero', 2]] as const) {
    await run(page, number)
    const cell = cellAt(page, number)
    await expect(outputOf(page, number)).toContainText(sentence, { timeout: 60_000 })
    await expect(cell.getByText(/at org\.apache\.spark/).first()).toBeHidden()
    await cell.getByText('JVM trace').click()
    await expect(cell.getByText(/at org\.apache\.spark/).first()).toBeVisible()
    await cell.getByRole('button', { name: `Go to line ${line}` }).click()
    await expect(cell.locator('.monaco-editor.focused')).toBeVisible()
  }
  await page.keyboard.press('End')
  await page.keyboard.type(' -- here')
  await expect(async () => expect((await textOf(page, 3)).split('\n')[1]).toMatch(/ -- here$/)).toPass()
})

test('Spark’s progress is seen by a colleague who comes in the middle, and leads those who may run to Spark’s own pages', async ({ owner, colleague }) => {
  const mate = await colleague('viewer')
  const notebook = await makeNotebook(owner, 'Progress', [{ kind: 'python', source: 'import time\nfrom pyspark.sql.functions import udf\n@udf("long")\ndef slow(x):\n    time.sleep(.3)\n    return x\nfor _ in range(2):\n    spark.range(0, 40, 1, 20).select(slow("id")).collect()\nprint(spark.range(0, 40, 1, 20).select(slow("id").alias("a")).agg({"a": "sum"}).collect())' }])
  await openNotebook(owner.page, notebook)
  await mate.page.goto(notebook.path)
  await runCell(owner.page, 1)
  const bar = (page: Page) => cellAt(page, 1).getByRole('progressbar', { name: 'Spark progress' })
  for (const page of [owner.page, mate.page]) await expect(bar(page)).toBeVisible({ timeout: 60_000 })
  const opened = owner.page.context().waitForEvent('page')
  await cellAt(owner.page, 1).getByRole('link', { name: /^Spark UI/ }).click()
  const pages = await opened
  await expect(cellAt(mate.page, 1).getByRole('link', { name: /Spark UI/ })).toHaveCount(0)
  await mate.page.reload()
  await expect(bar(mate.page)).toBeVisible()
  await expect(cellAt(mate.page, 1)).toContainText(/of \d+ tasks/)
  // Spark's page is as it was when asked for, and between two jobs none is active.
  await expect(async () => {
    await pages.reload()
    await expect(pages.getByRole('heading', { name: /^Active Jobs/ })).toBeVisible({ timeout: 1500 })
  }).toPass({ timeout: 15_000 })
  await expect(pages).toHaveURL(/\/harbour\/compute\/[^/]+\/spark-ui\/p\//)
  await expect(outputOf(mate.page, 1)).toContainText('780', { timeout: 90_000 })
})
