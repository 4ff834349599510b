/** A migration goes through while people work: it takes its locks first, and begins anew when Postgres ends it for them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { repeatOnDeadlock } from '#server/store/repeat-on-deadlock.ts'

const FOLDER = fileURLToPath(new URL('../../../server/store/migrations/', import.meta.url))
/** From here on, each that touches more than one table that people use. */
const HELD_SINCE = '0011'

const namesIn = (text: string, ...patterns: RegExp[]): string[] => [...new Set(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name!)))].sort()

describe('a migration', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.sql') && name >= HELD_SINCE))('%s holds every table that it touches before it looks at one', (name) => {
    const [first = '', ...rest] = readFileSync(FOLDER + name, 'utf8').split('--> statement-breakpoint')
    const made = namesIn(rest.join(), /CREATE TABLE "(\w+)"/g)
    const touched = namesIn(rest.join(), /(?:UPDATE|DELETE FROM|ALTER TABLE) "(\w+)"/g, /INDEX "\w+" ON "(\w+)"/g, /REFERENCES "public"\."(\w+)"/g).filter((table) => !made.includes(table))
    const lock = /LOCK TABLE (.*) IN ACCESS EXCLUSIVE MODE/.exec(first)?.[1] ?? ''
    if (touched.length > 1) expect(namesIn(lock, /"(\w+)"/g)).toEqual(touched)
  })
})

describe('work that waits crosswise with another transaction', () => {
  const deadlock = () => new Error('Failed query', { cause: Object.assign(new Error('deadlock detected'), { code: '40P01' }) })
  const failing = (times: number, error: () => Error) => {
    const seen = { tries: 0 }
    const work = async () => {
      seen.tries += 1
      if (seen.tries <= times) throw error()
    }
    return { seen, work }
  }

  it('is done again until it comes through', async () => {
    const { seen, work } = failing(3, deadlock)
    await repeatOnDeadlock(work)
    expect(seen.tries).toBe(4)
  })

  it('fails in the end, and at once for any other reason', async () => {
    const always = failing(Infinity, deadlock)
    await expect(repeatOnDeadlock(always.work)).rejects.toThrow('Failed query')
    expect(always.seen.tries).toBeLessThan(100)
    const other = failing(Infinity, () => Object.assign(new Error('of a row'), { code: '23514' }))
    await expect(repeatOnDeadlock(other.work)).rejects.toThrow('of a row')
    expect(other.seen.tries).toBe(1)
  })
})
