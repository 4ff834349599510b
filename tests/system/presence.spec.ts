/** Who is here: going to a person, following one, and faces in the outline. */
import { cellAt, enterCell, makeNotebook, openNotebook } from './notebook-page.ts'
import { expect, test } from './people.ts'

const long = (line: string) => Array.from({ length: 30 }, (_, i) => `${line} = ${i}`).join('\n')

test('one follows another along the notebook until they type, and a face shows the section of each', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Following', [
    { kind: 'markdown', source: '# Start' }, { kind: 'python', source: long('a') },
    { kind: 'markdown', source: '# Middle' }, { kind: 'python', source: long('b') },
    { kind: 'markdown', source: '# End' }, { kind: 'python', source: long('c') },
  ])
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await enterCell(mate.page, 2)
  const face = owner.page.getByRole('list', { name: 'People here' }).getByRole('button', { name: new RegExp(mate.name) })
  await expect(face).toHaveAccessibleName(`${mate.name}, in cell 2`)
  await expect(owner.page.getByRole('navigation', { name: 'Outline' }).getByRole('listitem').filter({ hasText: 'Start' }).getByLabel(`Here: ${mate.name}`)).toBeVisible()

  await face.click()
  await owner.page.getByRole('menuitem', { name: `Follow ${mate.name}` }).click()
  await expect(owner.page.getByText(`Following ${mate.name}, in cell 2`)).toBeVisible()
  await mate.page.locator('#cell-cell-5').scrollIntoViewIfNeeded()
  await enterCell(mate.page, 6)
  await expect(owner.page.getByText(`Following ${mate.name}, in cell 6`)).toBeVisible()
  await expect(cellAt(owner.page, 6).locator('.remote-caret')).toBeInViewport()
  await expect(owner.page.getByRole('navigation', { name: 'Outline' }).getByRole('listitem').filter({ hasText: 'End' }).getByLabel(`Here: ${mate.name}`)).toBeVisible()
  await mate.page.keyboard.press('ControlOrMeta+Home')
  await expect(cellAt(owner.page, 6).locator('.remote-caret')).toBeInViewport()

  await owner.page.keyboard.press('Escape')
  await expect(owner.page.getByText(`Following ${mate.name}`)).toHaveCount(0)
  await mate.page.locator('#cell-cell-1').scrollIntoViewIfNeeded()
  await enterCell(mate.page, 2)
  await expect(face).toHaveAccessibleName(`${mate.name}, in cell 2`)
  await expect(cellAt(owner.page, 2).locator('.remote-caret')).not.toBeInViewport()

  await face.click()
  await owner.page.getByRole('menuitem', { name: `Go to ${mate.name}` }).click()
  await expect(cellAt(owner.page, 2)).toBeFocused()
  await face.click()
  await owner.page.getByRole('menuitem', { name: `Follow ${mate.name}` }).click()
  await enterCell(owner.page, 2)
  await expect(owner.page.getByText(`Following ${mate.name}`)).toHaveCount(0)
})

test('F15: a person has one face per tab, and a closed tab takes its face along', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Tabs', [{ kind: 'python', source: 'x' }])
  await openNotebook(owner.page, notebook)
  const faces = owner.page.getByRole('list', { name: 'People here' }).getByRole('button', { name: new RegExp(mate.name) })
  await openNotebook(mate.page, notebook)
  await expect(faces).toHaveCount(1)
  const tab = await mate.page.context().newPage()
  await openNotebook(tab, notebook)
  await expect(faces).toHaveCount(2)
  await tab.close()
  await expect(faces).toHaveCount(1)
})
