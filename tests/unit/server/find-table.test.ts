import { describe, expect, it } from 'vitest'
import { planTable } from '#server/data/find-table.ts'

const file = (version: number) => ({ name: `${String(version).padStart(20, '0')}.json`, bytes: 100, modifiedAt: new Date(version), mark: `e${version}` })

describe('a table whose log was not listed to its end', () => {
  it('is refused by a sentence: the newest of what was listed is not its newest version', () => {
    const log = [file(0), file(1)]
    expect(planTable({ log, isCut: false }, null)).toMatchObject({ ok: true, value: { newest: 1 } })
    expect(planTable({ log, isCut: true }, null)).toMatchObject({ ok: false, reason: 'table-unreadable' })
  })
})
