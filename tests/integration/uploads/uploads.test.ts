/** Files on their way in, against a real store: parts in any order, gone on with after a break, refused and given up. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { eq } from 'drizzle-orm'
import { afterAll, describe, expect, it } from 'vitest'
import { PART_BYTES, UPLOAD_MAX_BYTES } from '#lib/domain/upload.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { uploads } from '#server/store/schema/uploads.ts'
import { beginUpload } from '#server/uploads/begin-upload.ts'
import { discardUpload, removeAbandoned } from '#server/uploads/discard-upload.ts'
import { finishUpload } from '#server/uploads/finish-upload.ts'
import { putPart } from '#server/uploads/put-part.ts'
import { listUploads, readUpload } from '#server/uploads/read-upload.ts'
import { createDataWorld } from '../../support/data-world.ts'
import { good, uploadsWorld } from '../../support/uploads-world.ts'

const world = await createDataWorld()
const sends = uploadsWorld(world)
afterAll(() => world.close())

const keyOf = (id: string) => `${world.prefix}/uploads/${id}/file`
const two = randomBytes(PART_BYTES + 1000)

describe('a file in parts', () => {
  it('comes in any order, is gone on with, and is the same bytes at the end', async () => {
    const begun = good(await sends.begin('two.bin', two))
    expect(await sends.put(begun, two, 2)).toMatchObject({ ok: true })
    expect(await finishUpload(world.deps, sends.actor, begun.id)).toMatchObject({ ok: false, reason: 'parts-missing' })
    // After a reload: the same file finds what is there.
    const again = good(await sends.begin('two.bin', two))
    expect([again.id, again.parts]).toEqual([begun.id, [2]])
    await sends.put(again, two, 1)
    await sends.put(again, two, 1)
    expect(await world.objects.stat(keyOf(begun.id))).toBeNull()
    expect(await finishUpload(world.deps, sends.actor, begun.id)).toMatchObject({ ok: true, value: { state: 'whole', parts: [1, 2] } })
    expect(await finishUpload(world.deps, sends.actor, begun.id)).toMatchObject({ ok: true, value: { state: 'whole' } })
    expect((await buffer(await world.objects.stream(keyOf(begun.id)))).equals(two)).toBe(true)
  })

  it('another file of the same name and size is another upload', async () => {
    const first = good(await sends.begin('same.bin', Buffer.from('one')))
    const second = good(await sends.begin('same.bin', Buffer.from('two')))
    expect(second.id).not.toBe(first.id)
  })

  it('that could not be written down leaves nothing begun in the store', async () => {
    const begun: [string, string][] = []
    const begin = async (key: string) => {
      const id = await world.objects.parts.begin(key)
      begun.push([key, id])
      return id
    }
    const db = new Proxy(world.db, { get: (real, name) => (name === 'insert' ? () => { throw new Error('gone') } : Reflect.get(real, name).bind(real)) })
    const objects = { ...world.objects, parts: { ...world.objects.parts, begin } }
    await expect(beginUpload({ db, objects }, sends.actor, { ...sends.markOf('lost.bin', two), workspaceId: sends.slug })).rejects.toThrow('gone')
    expect(await Promise.all(begun.map(([key, id]) => world.objects.parts.list(key, id)))).toEqual([null])
  })

  it('a part that is too short, too long or broken off does not count', async () => {
    const begun = good(await sends.begin('short.bin', two))
    const broken = new Readable({ read() { this.push(two.subarray(0, 100)); this.destroy(new Error('gone')) } })
    const attempt = putPart(world.deps, sends.actor, { uploadId: begun.id, part: 1, bytes: PART_BYTES, body: broken })
    await expect(attempt).rejects.toThrow('gone')
    for (const [part, bytes] of [[1, 5], [3, 5], [2, 999]]) expect(await putPart(world.deps, sends.actor, { uploadId: begun.id, part: part!, bytes: bytes!, body: Readable.from([]) })).toMatchObject({ ok: false, reason: 'part-invalid' })
    expect(await readUpload(world.deps, sends.actor, begun.id)).toMatchObject({ ok: true, value: { parts: [] } })
  })

  it('passes through a web process that holds little of it', async () => {
    const large = Buffer.alloc(PART_BYTES * 12, 'x')
    const begun = good(await sends.begin('large.bin', large))
    global.gc?.()
    const before = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    for (let part = 1; part <= 12; part += 1) good(await sends.put(begun, large, part))
    clearInterval(watch)
    expect(most - before).toBeLessThan(64 * 2 ** 20)
    await discardUpload(world.deps, sends.actor, begun.id)
  })
})

describe('refusals [S24]', () => {
  const mark = (change: object) => ({ ...sends.markOf('a.csv', Buffer.from('a')), workspaceId: sends.slug, ...change })

  it.each(['../x.csv', 'a/b', 'a\\b', 'a\0b', 'a\u202Etxt.csv', 'x\n', ' ', '..', 'x'.repeat(1024)])('the name %j is refused by a sentence', async (name) => {
    expect(await beginUpload(world.deps, sends.actor, mark({ name }))).toMatchObject({ ok: false, reason: 'name-invalid', message: expect.stringMatching(/\.$/) })
  })

  it('nothing and too much are refused', async () => {
    expect(await beginUpload(world.deps, sends.actor, mark({ bytes: 0 }))).toMatchObject({ ok: false, reason: 'file-empty' })
    expect(await beginUpload(world.deps, sends.actor, mark({ bytes: UPLOAD_MAX_BYTES + 1 }))).toMatchObject({ ok: false, reason: 'file-too-large' })
  })

  it('runners and strangers send nothing, and nobody reaches another’s upload', async () => {
    const begun = good(await sends.begin('mine.csv', Buffer.from('a,b')))
    const { actor } = world.stranger
    expect(await beginUpload(world.deps, actor, mark({}))).toMatchObject({ ok: false, reason: 'not-found' })
    await world.db.insert(members).values({ workspaceId: world.workspaceId, userId: actor.userId, role: 'runner' })
    expect(await beginUpload(world.deps, actor, mark({}))).toMatchObject({ ok: false, reason: 'not-allowed' })
    await world.db.update(members).set({ role: 'editor' }).where(eq(members.userId, actor.userId))
    for (const ask of [readUpload, finishUpload, discardUpload]) expect(await ask(world.deps, actor, begun.id)).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await putPart(world.deps, actor, { uploadId: begun.id, part: 1, bytes: 3, body: Readable.from(['a,b']) })).toMatchObject({ ok: false, reason: 'not-found' })
    expect(good(await listUploads(world.deps, actor, sends.slug))).toEqual([])
    await world.db.delete(members).where(eq(members.userId, actor.userId))
  })
})

describe('given up', () => {
  it('by a person: nothing of it stays', async () => {
    const begun = good(await sends.begin('away.bin', two))
    await sends.put(begun, two, 1)
    expect(await discardUpload(world.deps, sends.actor, begun.id)).toMatchObject({ ok: true })
    expect(await readUpload(world.deps, sends.actor, begun.id)).toMatchObject({ ok: false, reason: 'not-found' })
    const whole = await sends.send('whole.csv', 'a,b\n1,2\n')
    await discardUpload(world.deps, sends.actor, whole.id)
    expect(await world.objects.stat(keyOf(whole.id))).toBeNull()
  })

  it('by time: after a day without a touch, open or whole', async () => {
    const [open, whole] = [good(await sends.begin('old.bin', two)), await sends.send('old.csv', 'a\n1\n')]
    const fresh = good(await sends.begin('fresh.bin', two))
    for (const { id } of [open, whole]) await world.db.update(uploads).set({ touchedAt: new Date(Date.now() - 25 * 3600_000) }).where(eq(uploads.id, id))
    expect(await removeAbandoned({ ...world.deps, now: () => new Date() })).toBe(2)
    const left = good(await listUploads(world.deps, sends.actor, sends.slug)).map(({ id }) => id)
    expect([left.includes(open.id), left.includes(whole.id), left.includes(fresh.id)]).toEqual([false, false, true])
    expect(await world.objects.stat(keyOf(whole.id))).toBeNull()
  })
})
