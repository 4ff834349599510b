/** The pinned list of jars: every line names one jar and its sum, or nothing is fetched. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { parseJars } = await loadBootstrap('steps/jars.mjs')
const sum = 'a'.repeat(64)

it('knows where a jar lies in a Maven repository', () => {
  expect(parseJars(`# Delta\nio.delta:delta-storage:4.4.0 ${sum}\n`)).toEqual([
    { coordinates: 'io.delta:delta-storage:4.4.0', sum, file: 'delta-storage-4.4.0.jar', path: 'io/delta/delta-storage/4.4.0/delta-storage-4.4.0.jar' },
  ])
})

it.each([`io.delta:delta-storage ${sum}`, 'io.delta:delta-storage:4.4.0', 'io.delta:delta-storage:4.4.0 abc'])('refuses the line "%s"', (line) => {
  expect(() => parseJars(line)).toThrow(/is not "group:artifact:version sha256"/)
})

it('can read the list of this checkout', () => {
  expect(parseJars(readFileSync('spark/jars.txt', 'utf8')).length).toBeGreaterThan(0)
})
