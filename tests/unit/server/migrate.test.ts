/** A migration goes through while people work: it takes its locks first, keeps nobody waiting for long, and begins anew when they do not come. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { repeatWhileLocked } from '#server/store/repeat-while-locked.ts'

const FOLDER = fileURLToPath(new URL('../../../server/store/migrations/', import.meta.url))
/** From here on, each that touches more than one table that people use. */
const HELD_SINCE = '0011'

const namesIn = (text: string, ...patterns: RegExp[]): string[] => [...new Set(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name!)))].sort()

describe('a migration', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.sql') && name >= HELD_SINCE))('%s holds every table that it touches before it looks at one', (name) => {
    const [wait = '', lock = '', ...rest] = readFileSync(FOLDER + name, 'utf8').split('--> statement-breakpoint')
    const made = namesIn(rest.join(), /CREATE TABLE "(\w+)"/g)
    const touched = namesIn(rest.join(), /(?:UPDATE|DELETE FROM|ALTER TABLE) "(\w+)"/g, /INDEX "\w+" ON "(\w+)"/g, /REFERENCES "public"\."(\w+)"/g).filter((table) => !made.includes(table))
    if (touched.length < 2) return
    expect(wait).toMatch(/^SET LOCAL lock_timeout = '\ds';$/m)
    expect(namesIn(/^\s*LOCK TABLE (.*) IN ACCESS EXCLUSIVE MODE;$/.exec(lock)?.[1] ?? '', /"(\w+)"/g)).toEqual(expect.arrayContaining(touched))
  })
})

describe('work that finds its tables in use', () => {
  const inUse = (code: string) => () => new Error('Failed query', { cause: Object.assign(new Error('in use'), { code }) })
  const failing = (times: number, error: () => Error) => {
    const seen = { tries: 0 }
    const work = async () => {
      seen.tries += 1
      if (seen.tries <= times) throw error()
    }
    return { seen, work }
  }

  it.each(['40P01', '55P03'])('is done again until it comes through (%s)', async (code) => {
    const { seen, work } = failing(3, inUse(code))
    await repeatWhileLocked(work, 0)
    expect(seen.tries).toBe(4)
  })

  it('fails in the end, and at once for any other reason', async () => {
    const always = failing(Infinity, inUse('55P03'))
    await expect(repeatWhileLocked(always.work, 0)).rejects.toThrow('Failed query')
    expect(always.seen.tries).toBeLessThan(1000)
    const other = failing(Infinity, () => Object.assign(new Error('of a row'), { code: '23514' }))
    await expect(repeatWhileLocked(other.work, 0)).rejects.toThrow('of a row')
    expect(other.seen.tries).toBe(1)
  })
})
