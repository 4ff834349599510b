/** What of the database is waited out, and what is told at once. */
import { describe, expect, it, vi } from 'vitest'
import { withPatience } from '#workers/with-patience.ts'

const failing = (code: string) => Object.assign(new Error(code), { code })

describe('patience with the database', () => {
  it.each([['F8', 'is away', failing('ECONNREFUSED')], ['F9', 'takes no writes', failing('25006')], ['F9', 'takes no writes, as it is told through Drizzle', new Error('Failed query', { cause: failing('25006') })], ['F8', 'gave this one up, of two that stood in each other’s way', new Error('Failed query', { cause: failing('40P01') })]])('%s: waits where it %s', async (_promise, _how, error) => {
    const act = vi.fn().mockRejectedValueOnce(error).mockResolvedValue('done')
    expect(await withPatience(act)).toBe('done')
  })

  it('a wrong statement is told at once', async () => {
    await expect(withPatience(() => Promise.reject(failing('42601')))).rejects.toThrow('42601')
  })
})
