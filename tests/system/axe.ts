/**
 * The one way a walk asks for accessibility faults: the page, or a part of it, once what moves has come to rest. A colour in
 * the middle of a transition has a contrast that nobody reads.
 */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect } from './people.ts'

interface Looked {
  within?: string
  except?: string
  /** In each of them, one after the other; else as the page is. */
  themes?: ('light' | 'dark')[]
  about?: string
}

export async function expectNoAxeFaults(page: Page, { within, except, themes = [], about }: Looked = {}): Promise<void> {
  const look = async (theme: string) => {
    await untilAtRest(page)
    const axe = new AxeBuilder({ page })
    if (within !== undefined) axe.include(within)
    if (except !== undefined) axe.exclude(except)
    const { violations } = await axe.analyze()
    const faults = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
    expect(faults, [about, theme].filter(Boolean).join(', ')).toEqual([])
  }
  if (themes.length === 0) await look('')
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await look(colorScheme)
  }
}

const STILL_FRAMES = 4

/** What turns without end is left to turn. A page hears of another theme some frames later, and only then begins to move. */
function untilAtRest(page: Page): Promise<void> {
  return page.evaluate(async (frames) => {
    for (let still = 0; still < frames; still += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
      if (moving.length > 0) still = -1
      await Promise.allSettled(moving.map((one) => one.finished))
    }
  }, STILL_FRAMES)
}
