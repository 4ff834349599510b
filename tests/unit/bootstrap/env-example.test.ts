/** .env.example is the whole list of settings: none that is read is missing, none in it is unknown, and each default is the real one. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PIP_SETTINGS, schema } from '#server/config.ts'
import { BOOTSTRAP, loadBootstrap } from '../../support/load-bootstrap.ts'

const { isToolSetting, testEnvironment } = await loadBootstrap('test-environment.mjs')

const example = readFileSync('.env.example', 'utf8').split('\n')
/** `NAME=value` as it works without being given; `# NAME=…` as an example, or a list of names. */
const defaults = new Map(example.flatMap((line) => {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? []
  return name === undefined ? [] : [[name, value!] as const]
}))
const examples = example.flatMap((line) => /^# ([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? (/^# [A-Z][A-Z0-9_]*(, [A-Z][A-Z0-9_]*)+$/.test(line) ? line.slice(2).split(', ') : []))
const named = [...defaults.keys(), ...examples]

/** Of the machine or of npm, not of DataHarbour. */
const SURROUNDINGS = new Set(['PATH', 'CI', 'TMPDIR'])

function readByBootstrap(): Set<string> {
  const files = readdirSync(BOOTSTRAP, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.mjs'))
  const text = files.map((name) => readFileSync(join(BOOTSTRAP, name), 'utf8')).join('\n')
  const dotted = [...text.matchAll(/\b(?:env|given|settings)\.([A-Z][A-Z0-9_]+)/g)].map((match) => match[1]!)
  const unpacked = [...text.matchAll(/\{([^{}]*\b[A-Z][A-Z0-9_]+\b[^{}]*)\}(?:\) \{| = ctx\.env)/g)].flatMap((match) => match[1]!.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? [])
  return new Set([...dotted, ...unpacked].filter((name) => !SURROUNDINGS.has(name)))
}

const known = new Set([...Object.keys(schema.shape), ...PIP_SETTINGS, ...readByBootstrap()])

describe('.env.example', () => {
  it('sees what the bootstrap reads', () => {
    expect([...readByBootstrap()]).toEqual(expect.arrayContaining(['PORT', 'HOST', 'JAVA_HOME', 'DATAHARBOUR_DATA', 'MAVEN_MIRROR', 'PYTHON_BASE', 'CHROMIUM_PATH', 'XDG_CACHE_HOME', 'SPARK_REMOTE']))
  })

  it('names every setting that is read, once', () => {
    expect([...known].filter((name) => !named.includes(name))).toEqual([])
    expect(named.filter((name, at) => named.indexOf(name) !== at)).toEqual([])
  })

  it('names none that nobody reads', () => {
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('gives the value that holds when nothing is given', () => {
    const shape = schema.shape as Record<string, { safeParse: (value: unknown) => { success: boolean; data?: unknown } }>
    const real = Object.entries(shape).map(([name, rule]) => [name, rule.safeParse(undefined).data]).filter(([, value]) => value !== undefined && value !== '')
    expect(Object.fromEntries([...defaults].map(([name, value]) => [name, shape[name]?.safeParse(value).data]))).toEqual(Object.fromEntries(real))
  })
})

describe('the environment of `npm test`', () => {
  const given = Object.fromEntries([...named, 'PGPASSWORD', 'AWS_ACCESS_KEY_ID'].map((name) => [name, 'of the developer']))

  it('has none of the settings of the product that surround it, so that no test works on real data', () => {
    expect(Object.keys(testEnvironment(given)).filter((name) => !isToolSetting(name))).toEqual([])
  })

  it('keeps what finds tools, and the tests’ own knobs', () => {
    expect(testEnvironment({ ...given, PATH: '/bin', TRACE: '1', READER_SEED: '7', CI: '' })).toMatchObject({ MAVEN_MIRROR: 'of the developer', JAVA_HOME: 'of the developer', PIP_INDEX_URL: 'of the developer', PATH: '/bin', TRACE: '1', READER_SEED: '7' })
  })
})
