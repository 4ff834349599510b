import { expect, test } from 'vitest'
import { inOrder } from '#lib/live/in-order.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('asks one after another, however long each takes, and gives each its own answer', async () => {
  const ask = inOrder()
  const seen: string[] = []
  const one = (name: string, ms: number) => ask(async () => {
    seen.push(`${name} leaves`)
    await wait(ms)
    seen.push(`${name} is answered`)
    return name
  })
  expect(await Promise.all([one('run', 20), one('interrupt', 0), one('restart', 5)])).toEqual(['run', 'interrupt', 'restart'])
  expect(seen).toEqual(['run', 'interrupt', 'restart'].flatMap((name) => [`${name} leaves`, `${name} is answered`]))
})

test('one that fails is told to who asked, and holds up nobody', async () => {
  const ask = inOrder()
  const failed = ask(() => Promise.reject(new Error('no')))
  const next = ask(() => Promise.resolve('yes'))
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
