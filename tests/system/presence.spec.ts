/** Who is here: going to a person, following one, and faces in the outline. */
import type { Page } from '@playwright/test'
import { cellAt, enterCell, makeNotebook, openNotebook, textOf } from './notebook-page.ts'
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

  // The wheel is a turning away too. Who is followed and leaves is missed, not waited for in silence.
  await face.click()
  await owner.page.getByRole('menuitem', { name: `Follow ${mate.name}` }).click()
  await expect(owner.page.getByText(`Following ${mate.name}`)).toBeVisible()
  await owner.page.mouse.move(400, 500)
  await owner.page.mouse.wheel(0, 200)
  await expect(owner.page.getByText(`Following ${mate.name}`)).toHaveCount(0)
  await face.click()
  await owner.page.getByRole('menuitem', { name: `Follow ${mate.name}` }).click()
  await expect(owner.page.getByText(`Following ${mate.name}`)).toBeVisible()
  await mate.page.goto('about:blank')
  await expect(owner.page.getByText(`${mate.name} left this notebook, so you are not following them any more.`)).toBeVisible({ timeout: 15_000 })
  await expect(face).toHaveCount(0)
})

test('who rests is there again at once for somebody whose line broke, with face and cursor, and is followed on', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'A broken line', [{ kind: 'python', source: 'a = 1' }, { kind: 'python', source: long('b') }])
  let lines = 0
  let breakLine = async (): Promise<void> => {}
  await owner.page.routeWebSocket(/\/rooms\//, (line) => {
    const server = line.connectToServer()
    lines += 1
    breakLine = async () => {
      await line.close({ code: 1012 })
      await server.close()
    }
  })
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await enterCell(mate.page, 2)
  const face = owner.page.getByRole('list', { name: 'People here' }).getByRole('button', { name: new RegExp(mate.name) })
  await face.click()
  await owner.page.getByRole('menuitem', { name: `Follow ${mate.name}` }).click()
  await expect(owner.page.getByText(`Following ${mate.name}, in cell 2`)).toBeVisible()

  await breakLine()
  await expect.poll(() => lines).toBe(2)
  await expect(face).toHaveAccessibleName(`${mate.name}, in cell 2`, { timeout: 2000 })
  await expect(cellAt(owner.page, 2).locator('.remote-caret')).toHaveCount(1)
  await expect(owner.page.getByText(`Following ${mate.name}, in cell 2`)).toBeVisible()
  await enterCell(mate.page, 1)
  await expect(owner.page.getByText(`Following ${mate.name}, in cell 1`)).toBeVisible()
})

test('a cursor has its person’s name, which fades when it rests and comes back when it moves; what they select is seen, and where they are without a cursor', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Cursors', [{ kind: 'python', source: 'first = 1\nsecond = 2\nthird = 3' }, { kind: 'markdown', source: '# Read' }])
  await openNotebook(owner.page, notebook)
  await openNotebook(mate.page, notebook)
  await enterCell(mate.page, 1)
  const name = cellAt(owner.page, 1).locator('.remote-caret > span')
  const opacity = () => name.evaluate((label) => getComputedStyle(label).opacity)
  await expect(name).toHaveText(mate.name)
  await expect.poll(opacity, { timeout: 8000 }).toBe('0')
  await expect(async () => {
    await mate.page.keyboard.press('ArrowLeft')
    expect(await opacity()).toBe('1')
  }).toPass()

  const selection = cellAt(owner.page, 1).locator('[class*="remote-selection-"]')
  await expect(selection).toHaveCount(0)
  await mate.page.keyboard.press('Shift+ArrowUp')
  await expect(selection.first()).toBeVisible()
  const drawn = await selection.first().evaluate((piece) => getComputedStyle(piece).backgroundColor)
  expect(drawn).not.toBe('rgba(0, 0, 0, 0)')
  await mate.page.keyboard.press('ArrowRight')
  await expect(selection).toHaveCount(0)

  // By keys, without a cursor in any text: the cell has their face all the same.
  const faceIn = (number: number) => cellAt(owner.page, number).getByRole('img', { name: mate.name })
  const face = owner.page.getByRole('list', { name: 'People here' }).getByRole('button', { name: new RegExp(mate.name) })
  await mate.page.keyboard.press('Escape')
  await expect(cellAt(owner.page, 1).locator('.remote-caret')).toHaveCount(0)
  await expect(faceIn(1)).toBeVisible()
  await mate.page.keyboard.press('j')
  await expect(face).toHaveAccessibleName(`${mate.name}, in cell 2`)
  await expect(faceIn(2)).toBeVisible()
  await expect(faceIn(1)).toHaveCount(0)
})

test('F15 a person with five tabs of one notebook has five faces and five cursors, and a closed tab takes its own along', async ({ owner, colleague }) => {
  const mate = await colleague('editor')
  const notebook = await makeNotebook(owner, 'Tabs', ['a', 'b', 'c', 'd', 'e'].map((source) => ({ kind: 'python' as const, source })))
  await openNotebook(owner.page, notebook)
  const tabs = [mate.page, ...(await Promise.all(Array.from({ length: 4 }, () => mate.page.context().newPage())))]
  for (const [at, tab] of tabs.entries()) {
    await openNotebook(tab, notebook)
    await enterCell(tab, at + 1)
  }
  const faces = (page: Page) => page.getByRole('list', { name: 'People here' }).getByRole('button', { name: new RegExp(mate.name) })
  const carets = (page: Page, number: number) => cellAt(page, number).locator('.remote-caret').filter({ hasText: mate.name })
  await expect(faces(owner.page)).toHaveCount(5)
  for (const [at] of tabs.entries()) {
    await expect(carets(owner.page, at + 1)).toHaveCount(1)
    await expect(faces(owner.page).and(owner.page.getByRole('button', { name: `${mate.name}, in cell ${at + 1}` }))).toHaveCount(1)
  }
  // To a tab, the other four are somebody else; itself it does not see.
  await expect(faces(tabs[0]!)).toHaveCount(4)
  await expect(carets(tabs[0]!, 1)).toHaveCount(0)
  await expect(carets(tabs[0]!, 2)).toHaveCount(1)

  // What one tab types comes to each tab once: no tab sends on what it got.
  await tabs[4]!.keyboard.type(' = 5')
  for (const page of [owner.page, ...tabs]) await expect.poll(() => textOf(page, 5)).toBe('e = 5')
  await expect(owner.page.getByText('Saved', { exact: true })).toBeVisible()

  await tabs[4]!.close()
  await expect(faces(owner.page)).toHaveCount(4)
  await expect(carets(owner.page, 5)).toHaveCount(0)
  await expect(carets(owner.page, 4)).toHaveCount(1)
})
