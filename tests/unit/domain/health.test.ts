/** What health tells of Spark from the rows, and which recorded reasons a stranger may read. */
import { describe, expect, it } from 'vitest'
import { plainReason, tellCompute, type ComputeFacts } from '#lib/domain/health.ts'

const LOST = 'Spark stopped unexpectedly. The next run starts it again; what it was working on must be run again.'
const one = (of: Partial<ComputeFacts> = {}): ComputeFacts => ({ kind: 'embedded', state: 'stopped', reason: null, isOurs: true, isWatched: true, isRecent: false, ...of })
const asleep = one()
const running = one({ state: 'running', isRecent: true })
const failed = one({ state: 'failed', reason: LOST, isRecent: true })
const given = (of: Partial<ComputeFacts> = {}) => one({ kind: 'remote', state: 'running', ...of })

describe('Spark, as health tells it', () => {
  it.each<[string, ComputeFacts[], string, string | null]>([
    ['no compute yet', [], 'asleep', null],
    ['one that sleeps', [asleep], 'asleep', null],
    ['one that runs, others asleep', [asleep, running], 'up', null],
    ['one that is on its way', [asleep, one({ state: 'starting' })], 'starting', null],
    ['one that failed just now, with its reason', [failed], 'down', LOST],
    ['one that failed among others that sleep', [failed, asleep, asleep], 'down', LOST],
    ['one that failed, and is tried again', [failed, one({ state: 'starting' })], 'starting', 'One Spark failed; the next run that needs it starts it again.'],
    ['some that failed while another runs', [failed, failed, running], 'up', '2 Sparks failed; the next run that needs one starts it again.'],
    ['one that failed some time ago', [{ ...failed, isRecent: false }], 'asleep', 'One Spark failed; the next run that needs it starts it again.'],
    ['one that failed with limits of its own', [{ ...failed, isOurs: false }], 'asleep', 'One Spark failed; the next run that needs it starts it again.'],
    ['one whose reason names a path', [{ ...failed, reason: 'Spark did not start: /opt/java is not there' }], 'down', 'Spark failed, and no other runs. The page of the compute says why.'],
    ['one that ran when its worker died', [{ ...running, isWatched: false }], 'unknown', 'The worker that saw to Spark is gone, so nobody knows whether Spark still runs.'],
    ['a given one that answers', [given(), asleep], 'up', null],
    ['a given one that does not', [given({ state: 'failed', reason: 'Nobody listens at spark.internal:15002.' })], 'down', 'The Spark that SPARK_REMOTE names does not answer. The page of the compute says why.'],
    ['one elsewhere that a person added', [given({ isOurs: false, state: 'failed' }), asleep], 'asleep', null],
  ])('%s', (_what, rows, state, reason) => expect(tellCompute(rows, true)).toEqual({ state, reason }))

  it('a given one without a worker to look at it', () =>
    expect(tellCompute([given()], false)).toEqual({ state: 'unknown', reason: 'No worker is running to look whether the Spark that SPARK_REMOTE names answers.' }))
})

describe('a recorded reason', () => {
  it.each([LOST, 'Spark did not start: it has 4,096 MB of memory, and this machine 1,500 MB. Give it less.', 'Stopped because nobody used it. The next run starts it again.'])('in plain words is told: %s', (text) => expect(plainReason(text)).toBe(text))

  it.each([
    ['a path', 'Spark did not start: /home/ada/.data is full'], ['a path of Windows', 'C:\\spark is not there'], ['an address', 'Nobody listens at 10.0.0.7'],
    ['a host and port', 'Nobody listens at spark:15002 today'], ['a host', 'Nobody listens at spark.internal today'], ['a URL', 'see http://spark'],
    ['a token', 'the token is a3f9c0d1e2b4'], ['a setting', 'token=abc is wrong'], ['a long secret', 'the key is abcdefghijklmnopqrstuvwxyz'],
    ['two lines', 'Spark\nfailed'], ['a novel', 'word '.repeat(80)], ['nothing', ''], ['an e-mail', 'ask ada@example'],
  ])('with %s is not', (_what, text) => expect(plainReason(text)).toBeNull())
})
