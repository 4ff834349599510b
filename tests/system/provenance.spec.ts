/** Where an output came from: fresh, moved on without a reload, not tracked; and a run done again with the tables of then. */
import type { Page } from '@playwright/test'
import { expectNoAxeFaults } from './axe.ts'
import { cellAt, makeNotebook, openNotebook, outputOf, pressFor, runCell, typeInto } from './notebook-page.ts'
import { expect, test } from './people.ts'

test.describe.configure({ mode: 'serial' })

const MAKE = `spark.sql("create schema if not exists origin")
spark.sql("create or replace table origin.sales using delta as select id, id % 2 as kind from range(10)")
print("made", spark.table("origin.sales").count())`
const READ = 'select kind, count(*) as n from origin.sales group by kind order by kind'
const ADD = 'spark.sql("insert into origin.sales select id, 7 from range(5)")\nprint("added")'

const badge = (page: Page, number: number) => cellAt(page, number).getByRole('button', { name: /here this came from$/ })

test('an output tells what it was made of, and that its table has moved on, without a reload', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Origin', [{ kind: 'python', source: MAKE }, { kind: 'sql', source: READ }, { kind: 'python', source: ADD }])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('made 10', { timeout: 90_000 })
  await runCell(page, 2)
  await expect(badge(page, 2)).toHaveText('Fresh', { timeout: 60_000 })
  await expect(badge(page, 1)).toHaveText('Partly tracked', { timeout: 30_000 })

  const facts = page.getByRole('dialog', { name: 'Where this came from' })
  await pressFor(badge(page, 2), facts)
  await expect(facts.getByRole('list', { name: 'Tables that it read' })).toContainText(/origin\.sales\s*Version 0, as it is now/)
  await expect(facts).toContainText('by Harbour Owner')
  await expect(facts.getByRole('link')).toHaveAttribute('href', /\/harbour\/runs\/[0-9a-f-]{36}$/)
  await expectNoAxeFaults(page, { within: '[role="dialog"]', themes: ['dark', 'light'] })
  await page.keyboard.press('Escape')
  await expect(facts).toBeHidden()

  await runCell(page, 3)
  await expect(outputOf(page, 3)).toContainText('added', { timeout: 60_000 })
  await expect(badge(page, 2)).toHaveText('Inputs moved on', { timeout: 30_000 })
  await pressFor(badge(page, 2), facts)
  await expect(facts.getByRole('list', { name: 'Tables that it read' })).toContainText('Version 0 then, 1 now')
  await page.keyboard.press('Escape')
  await typeInto(page, 2, ' desc')
  await expect(badge(page, 2)).toHaveText('Changed since')
})

test('an output that builds on another cell says when that one was run again or changed', async ({ owner, colleague }) => {
  const { page } = owner
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Built on', [{ kind: 'python', source: 'late = spark.table("samples.airports").where("state = \'WA\'")\nlate.createOrReplaceTempView("built_on")\nprint("made")' }, { kind: 'sql', source: 'select count(*) as n from built_on' }])
  await openNotebook(page, notebook)
  await openNotebook(mate.page, notebook)
  await runCell(page, 1)
  await expect(outputOf(page, 1)).toContainText('made', { timeout: 90_000 })
  await runCell(page, 2)
  for (const one of [page, mate.page]) await expect(badge(one, 2)).toHaveText('Fresh', { timeout: 60_000 })

  await runCell(mate.page, 1)
  for (const one of [page, mate.page]) await expect(badge(one, 2)).toHaveText('Cells above changed', { timeout: 30_000 })
  const facts = page.getByRole('dialog', { name: 'Where this came from' })
  await pressFor(badge(page, 2), facts)
  await expect(facts.getByRole('list', { name: 'Cells that it builds on' })).toHaveText('Cell 1, run again since')
  await page.keyboard.press('Escape')
  await runCell(page, 2)
  for (const one of [page, mate.page]) await expect(badge(one, 2)).toHaveText('Fresh', { timeout: 60_000 })
  await typeInto(mate.page, 1, ' # other')
  await expect(badge(page, 2)).toHaveText('Cells above changed')
})

test('a run is done again with the table of then and comes out identical; what is random is said', async ({ owner }) => {
  const { page } = owner
  const notebook = await makeNotebook(owner, 'Again as it was', [{ kind: 'sql', source: READ }, { kind: 'python', source: ADD }, { kind: 'sql', source: 'select rand() as chance, * from origin.sales' }])
  await openNotebook(page, notebook)
  await runCell(page, 1)
  await expect(badge(page, 1)).toHaveText('Fresh', { timeout: 90_000 })
  await expect(outputOf(page, 1).getByRole('grid')).toContainText('7')
  await runCell(page, 2)
  await expect(badge(page, 1)).toHaveText('Inputs moved on', { timeout: 60_000 })

  const facts = page.getByRole('dialog', { name: 'Where this came from' })
  await pressFor(badge(page, 1), facts)
  await facts.getByRole('button', { name: /with the tables of then/ }).click()
  const verdict = page.getByRole('region', { name: /Again with the tables of then/ })
  await expect(verdict.getByRole('status')).toContainText('Identical: every table has the same rows as in the first run.', { timeout: 120_000 })
  await expect(verdict.getByRole('list', { name: 'Tables compared' })).toHaveText('Cell 1: identical', { timeout: 30_000 })
  await expect(page.getByRole('region', { name: 'Tables that it read' })).toContainText('origin.sales version 1')

  await openNotebook(page, notebook)
  await runCell(page, 3)
  await expect(badge(page, 3)).toHaveText('Partly tracked', { timeout: 60_000 })
  await pressFor(badge(page, 3), facts)
  await expect(facts.getByRole('list', { name: 'Not tracked' })).toContainText('Random values')
  await facts.getByRole('button', { name: /with the tables of then/ }).click()
  await expect(verdict.getByRole('status')).toContainText('Differs', { timeout: 120_000 })
  await expect(verdict.getByRole('list', { name: 'Why it may not be exact' })).toContainText('Cell 1: Random values are in it')
})
