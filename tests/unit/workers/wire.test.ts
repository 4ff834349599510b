/** Jupyter's wire protocol as bytes. */
import { describe, expect, it } from 'vitest'
import { decode, encode } from '#workers/kernels/wire.ts'

const message = { type: 'execute_request', id: 'm1', session: 's1', date: new Date(0), content: { code: 'x' }, metadata: { dataharbour: { runId: 'r' } } }

describe('the wire', () => {
  it('reads what it writes, also behind routing frames', () => {
    expect(decode([Buffer.from('route'), ...encode(message, 'key')], 'key')).toEqual({ type: 'execute_request', id: 'm1', parentId: '', metadata: message.metadata, content: { code: 'x' } })
  })

  it('does not believe a message that was changed or signed with another key', () => {
    const frames = encode(message, 'key')
    expect(decode(frames, 'other')).toBeNull()
    expect(decode([...frames.slice(0, -1), Buffer.from('{"code":"y"}')], 'key')).toBeNull()
  })

  it('takes frames that are no message for none', () => {
    for (const frames of [[], [Buffer.from('<IDS|MSG>')], [Buffer.from('<IDS|MSG>'), Buffer.from(''), Buffer.from('{}')]]) expect(decode(frames, 'key')).toBeNull()
  })

  it('reads NaN and Infinity, which Python writes into JSON', () => {
    const frames = encode({ ...message, content: { value: 'PLACE' } }, 'key')
    const bent = frames.map((frame) => Buffer.from(frame.toString().replace('"PLACE"', 'NaN')))
    const signed = encode(message, 'key').slice(0, 1).concat(sign(bent.slice(2)), bent.slice(2))
    expect(decode(signed, 'key')?.content).toEqual({ value: null })
  })
})

function sign(frames: Buffer[]): Buffer[] {
  const { createHmac } = process.getBuiltinModule('node:crypto')
  const hmac = createHmac('sha256', 'key')
  for (const frame of frames) hmac.update(frame)
  return [Buffer.from(hmac.digest('hex'))]
}
