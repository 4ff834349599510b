/** Input cells: a value that everybody sees, that who may run may set, and that code is given by name. */
import { cellAt, makeNotebook, openNotebook, outputOf, pressFor, runCell } from './notebook-page.ts'
import { expect, test } from './people.ts'

test('an editor makes an input, a runner sets it, and Python and SQL are given it', async ({ owner, colleague }) => {
  const mate = await colleague('runner')
  const notebook = await makeNotebook(owner, 'Inputs', [
    { kind: 'python', source: 'print("region:", region)' },
    { kind: 'sql', source: "select :region as region, ':region' as quoted" },
  ])
  await openNotebook(owner.page, notebook)
  await owner.page.getByRole('group', { name: 'Add at the end' }).getByRole('button', { name: 'Add Input cell' }).click()
  const mine = cellAt(owner.page, 3)
  await mine.getByRole('button', { name: 'Settings of this input' }).click()
  await mine.getByLabel('Name in code').fill('1st')
  await expect(mine).toContainText('A name begins with a letter')
  await mine.getByLabel('Name in code').fill('region')
  await mine.getByLabel('Label').fill('Sales region')
  await mine.getByRole('textbox', { name: 'Sales region' }).fill("north'; drop")

  await mate.page.goto(notebook.path)
  const theirs = cellAt(mate.page, 3)
  await expect(theirs.getByRole('textbox', { name: 'Sales region' })).toHaveValue("north'; drop")
  await expect(theirs.getByRole('button', { name: 'Settings of this input' })).toHaveCount(0)
  await expect(theirs.getByRole('textbox', { name: 'Sales region' })).toBeEnabled()
  await theirs.getByRole('textbox', { name: 'Sales region' }).fill('')
  await theirs.getByRole('textbox', { name: 'Sales region' }).pressSequentially("south's", { delay: 15 })
  await expect(theirs.getByRole('textbox', { name: 'Sales region' })).toHaveValue("south's")
  await expect(mine.getByRole('textbox', { name: 'Sales region' })).toHaveValue("south's")

  await cellAt(mate.page, 1).getByRole('button', { name: 'Run cell' }).click()
  for (const { page } of [owner, mate]) await expect(outputOf(page, 1)).toContainText("region: south's", { timeout: 30_000 })
  await runCell(owner.page, 2)
  for (const { page } of [owner, mate]) {
    await expect(cellAt(page, 2).getByRole('grid')).toContainText("south's", { timeout: 60_000 })
    await expect(cellAt(page, 2).getByRole('grid')).toContainText(':region')
  }

  await mine.getByRole('textbox', { name: 'Sales region' }).fill('east')
  for (const { page } of [owner, mate]) await expect(cellAt(page, 1)).toContainText('Inputs changed')
  const refused = await owner.call<{ detail: string }>('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'all' }, parameters: { regoin: 'x' } }, 422)
  expect(refused.detail).toContain('“regoin”')
})

test('each kind of input has its control, by keyboard too, a page made anew shows what was set, and a program gives its own by the API', async ({ owner, product }) => {
  const source = (type: string, more: object = {}) => ({ kind: 'input' as const, source: JSON.stringify({ name: `the_${type}`, label: `The ${type}`, type, ...more }) })
  const notebook = await makeNotebook(owner, 'Kinds of input', [
    source('number'), source('select', { options: ['low', 'high'] }), source('date'), source('slider', { min: 0, max: 10, step: 1 }), source('checkbox'),
    { kind: 'python', source: 'print(the_number, the_select, the_date, the_slider, the_checkbox)' },
  ])
  const { page } = owner
  await openNotebook(page, notebook)
  await pressFor(page.getByLabel('The number'), page.getByLabel('The number'))
  await page.getByLabel('The number').fill('12.5')
  await page.getByLabel('The select').selectOption('high')
  await page.getByLabel('The date').fill('2026-03-31')
  await page.getByLabel('The slider').focus()
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowRight')
  await page.getByLabel('The checkbox').check()
  await page.keyboard.press('Escape')
  await expect(cellAt(page, 5)).toBeFocused()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('The number')).toHaveValue('12.5')
  await expect(page.getByLabel('The date')).toHaveValue('2026-03-31')
  await runCell(page, 6)
  await expect(outputOf(page, 6)).toContainText('12.5 high 2026-03-31 3 True', { timeout: 30_000 })

  // A program with a token: its values are for that run alone, and who has the page open sees it.
  const { token } = await owner.call<{ token: string }>('POST', '/tokens', { name: 'A program' })
  const ask = (parameters: object) => fetch(`${product.url}/api/v1/notebooks/${notebook.id}/runs`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ scope: { kind: 'all' }, parameters, cellTimeoutSeconds: 60 }),
  })
  const asked = await ask({ the_number: -7, the_select: 'low', the_date: null, the_checkbox: false })
  expect(asked.status).toBe(201)
  await expect(outputOf(page, 6)).toContainText('-7 low None 3 False', { timeout: 30_000 })
  await expect(page.getByLabel('The number')).toHaveValue('12.5')
  await expect(cellAt(page, 6)).toContainText('Inputs changed')
  await page.goto(`/harbour/runs/${((await asked.json()) as { id: string }).id}`)
  await expect(page.getByRole('region', { name: 'Parameters' })).toContainText('the_number-7')
  expect((await ask({ the_slider: 11 })).status).toBe(422)
})
