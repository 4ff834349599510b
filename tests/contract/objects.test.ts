/** One suite for every Objects: what MinIO does, the twin in memory does too, so tests with the twin mean something. */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryObjects } from '#server/objects/memory-objects.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import type { ObjectInfo, Objects } from '#server/objects/objects.ts'

const s3 = {
  endpoint: process.env.S3_ENDPOINT ?? '', accessKey: process.env.S3_ACCESS_KEY ?? '', secretKey: process.env.S3_SECRET_KEY ?? '',
  region: process.env.S3_REGION ?? 'us-east-1', bucket: process.env.S3_BUCKET ?? 'dataharbour', hasSts: true,
}
const root = `tests/${randomUUID()}`
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (body: Uint8Array | null) => (body === null ? null : new TextDecoder().decode(body))

async function all(infos: AsyncIterable<ObjectInfo>): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = []
  for await (const info of infos) found.push(info)
  return found
}

const makers: [string, () => Objects][] = [['MinIO', () => createMinioObjects(s3)], ['memory', createMemoryObjects]]

describe.each(makers)('objects in %s', (_name, make) => {
  const objects = make()
  afterAll(() => objects.removeAll(`${root}/`))

  it('gives back what was put, and null for what was not', async () => {
    await objects.put(`${root}/a/one`, bytes('ein Wort: ß'), 'text/plain')
    expect(text(await objects.get(`${root}/a/one`))).toBe('ein Wort: ß')
    expect(await objects.get(`${root}/a/two`)).toBeNull()
  })

  it('takes a stream and an empty body, and the last put wins', async () => {
    await objects.put(`${root}/b/stream`, Readable.from([Buffer.from('one '), Buffer.from('two')]))
    expect(text(await objects.get(`${root}/b/stream`))).toBe('one two')
    await objects.put(`${root}/b/stream`, new Uint8Array())
    expect((await objects.get(`${root}/b/stream`))?.byteLength).toBe(0)
  })

  it('lists below a prefix only, deep, in key order, with sizes', async () => {
    for (const key of ['c/2', 'c/1/x', 'c/10', 'cc/1']) await objects.put(`${root}/${key}`, bytes(key))
    const found = await all(objects.list(`${root}/c/`))
    expect(found).toEqual([{ key: `${root}/c/1/x`, bytes: 5 }, { key: `${root}/c/10`, bytes: 4 }, { key: `${root}/c/2`, bytes: 3 }])
    expect(await all(objects.list(`${root}/nothing/`))).toEqual([])
  })

  it('names what is directly below a prefix and leads to more', async () => {
    for (const key of ['e/2/x', 'e/2/y/z', 'e/10/x', 'e/plain', 'ee/1/x']) await objects.put(`${root}/${key}`, bytes(key))
    const found: string[] = []
    for await (const name of objects.folders(`${root}/e/`)) found.push(name)
    expect(found).toEqual(['10', '2'])
  })

  it('shows one level, files with size and date, and says when there is more', async () => {
    for (const key of ['f/2/x', 'f/10/x', 'f/plain', 'f/Umsätze (2024).csv', 'ff/x']) await objects.put(`${root}/${key}`, bytes(key))
    const level = await objects.level(`${root}/f/`, 100)
    expect(level).toMatchObject({ folders: ['10', '2'], isCut: false, files: [{ name: 'Umsätze (2024).csv', bytes: 21 }, { name: 'plain', bytes: 7 }] })
    expect(Math.abs((level.files[0]?.modifiedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(await objects.level(`${root}/f/`, 3)).toMatchObject({ isCut: true })
    expect(await objects.level(`${root}/nothing/`, 3)).toEqual({ folders: [], files: [], isCut: false })
  })

  it('tells of one object, changes its mark with its content, and streams it or its beginning', async () => {
    expect(await objects.stat(`${root}/g/none`)).toBeNull()
    await objects.put(`${root}/g/one`, bytes('0123456789'))
    const before = await objects.stat(`${root}/g/one`)
    expect(before).toMatchObject({ bytes: 10 })
    expect(text(new Uint8Array(await buffer(await objects.stream(`${root}/g/one`))))).toBe('0123456789')
    expect(text(new Uint8Array(await buffer(await objects.stream(`${root}/g/one`, 4))))).toBe('0123')
    await objects.put(`${root}/g/one`, bytes('9876543210'))
    expect((await objects.stat(`${root}/g/one`))?.mark).not.toBe(before?.mark)
  })

  it('copies a prefix and one object, and removes one', async () => {
    for (const key of ['h/a', 'h/deep/day=2024-01-01 00+00/b', 'h2/c']) await objects.put(`${root}/${key}`, bytes(key))
    expect(await objects.copyAll(`${root}/h/`, `${root}/i/`)).toBe(2)
    expect((await all(objects.list(`${root}/i/`))).map(({ key }) => key.slice(root.length))).toEqual(['/i/a', '/i/deep/day=2024-01-01 00+00/b'])
    expect(text(await objects.get(`${root}/i/deep/day=2024-01-01 00+00/b`))).toBe('h/deep/day=2024-01-01 00+00/b')
    await objects.copy(`${root}/i/a`, `${root}/i/Zweite (a).txt`)
    await objects.remove(`${root}/i/a`)
    expect([text(await objects.get(`${root}/i/a`)), text(await objects.get(`${root}/i/Zweite (a).txt`)), text(await objects.get(`${root}/h/a`))]).toEqual([null, 'h/a', 'h/a'])
  })

  it('joins parts that came in any order, and shows nothing before', async () => {
    const [key, first, last] = [`${root}/p/whole`, Buffer.alloc(5 * 2 ** 20, 'a'), Buffer.from('end')]
    const id = await objects.parts.begin(key)
    await objects.parts.put(key, id, 2, Readable.from([last]), last.length)
    await objects.parts.put(key, id, 1, Readable.from([Buffer.alloc(first.length)]), first.length)
    await objects.parts.put(key, id, 1, Readable.from([first]), first.length)
    const parts = await objects.parts.list(key, id)
    expect(parts?.map(({ part, bytes: size }) => [part, size])).toEqual([[1, first.length], [2, 3]])
    expect(await objects.stat(key)).toBeNull()
    await objects.parts.join(key, id, parts!)
    expect(Buffer.concat([first, last]).equals(Buffer.from((await objects.get(key))!))).toBe(true)
    expect(await objects.parts.list(key, id)).toBeNull()
  })

  it('forgets parts that were dropped, also twice, and refuses a body of another length', async () => {
    const key = `${root}/p/dropped`
    const id = await objects.parts.begin(key)
    await expect(objects.parts.put(key, id, 1, Readable.from([Buffer.from('ab')]), 3)).rejects.toThrow()
    await objects.parts.drop(key, id)
    await objects.parts.drop(key, id)
    expect([await objects.parts.list(key, id), await objects.stat(key)]).toEqual([null, null])
  })

  it('removes a prefix and says how many, and leaves the neighbours', async () => {
    for (let n = 0; n < 5; n++) await objects.put(`${root}/d/${n}`, bytes('x'))
    await objects.put(`${root}/d2`, bytes('stays'))
    expect(await objects.removeAll(`${root}/d/`)).toBe(5)
    expect(await objects.removeAll(`${root}/d/`)).toBe(0)
    expect(text(await objects.get(`${root}/d2`))).toBe('stays')
  })

  it('S24: refuses a key that could leave its place', async () => {
    const bad = ['../x', 'a/../b', '/a', 'a//b', 'a/%2e%2e%2fb', 'a/..;/b', 'a\0b', 'a/‥/b', '', `a/${'n'.repeat(1100)}`]
    for (const key of bad) await expect(objects.put(key, bytes('x')), JSON.stringify(key)).rejects.toThrow(/object key/)
    for (const key of bad) await expect(objects.get(key)).rejects.toThrow(/object key/)
    await expect(all(objects.list('no-slash'))).rejects.toThrow(/slash/)
    await expect(objects.removeAll('a/../')).rejects.toThrow(/object key/)
  })

  it('is healthy', async () => {
    await objects.check()
  })
})

describe('a store that is not there', () => {
  it('is an error within seconds, not a hang', async () => {
    const objects = createMinioObjects({ ...s3, endpoint: 'http://127.0.0.1:9' })
    await expect(objects.check()).rejects.toThrow()
  })

  it('names a bucket that does not exist', async () => {
    const objects = createMinioObjects({ ...s3, bucket: `none-${randomUUID()}` })
    await expect(objects.check()).rejects.toThrow(/The bucket none-/)
  })
})
