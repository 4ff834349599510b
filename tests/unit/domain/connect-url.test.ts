/** Addresses of a Spark that runs elsewhere [S25]: which are taken, which are refused in every spelling, and what becomes of a token. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusedAddress, parseConnectUrl, usesTls } from '#lib/domain/connect-url.ts'

const parsed = (text: string) => {
  const url = parseConnectUrl(text)
  if (!url.ok) throw new Error(url.message)
  return url.value
}

describe('a Spark Connect address', () => {
  it.each([
    ['sc://spark.example.org', 'sc://spark.example.org:15002', ''],
    [' sc://spark.example.org:443/;use_ssl=true ', 'sc://spark.example.org:443', ';use_ssl=true'],
    ['SC://10.0.0.7:15002/;token=a%20b', 'sc://10.0.0.7:15002', ';token=a%20b'],
    ['sc://10.0.0.7;token=abc;x-cluster-id=7', 'sc://10.0.0.7:15002', ';token=abc;x-cluster-id=7'],
    ['sc://localhost:80', 'sc://localhost:80', ''],
    ['sc://[fd12::7]:15002', 'sc://[fd12::7]:15002', ''],
    ['sc://192.168.1.9:15002/', 'sc://192.168.1.9:15002', ''],
  ])('is taken: %s', (text, address, parameters) => expect(parsed(text)).toMatchObject({ address, parameters }))

  it.each([
    ['', 'begins with sc://'], ['spark.example.org:15002', 'begins with sc://'], ['https://spark.example.org', 'begins with sc://'],
    ['sc://', 'no host'], ['sc://:15002', 'no host'], ['sc://a:99999', 'no host'], ['sc://a:0', 'port'], ['sc://a b', 'space'],
    ['sc://spark.example.org:15002/path', 'path'], ['sc://a?x=1', 'path'], ['sc://a#b', 'path'], ['sc://me:word@a', 'name or password'],
    ['sc://a/;token', 'name=value'], ['sc://a/;token=', 'name=value'], ['sc://a/;session_id=1', 'session_id'], ['sc://a/;use_ssl=perhaps', 'use_ssl'], ['sc://a/;token=x;use_ssl=false', 'TLS'],
  ])('is refused with what is wrong: %s', (text, word) => {
    const url = parseConnectUrl(text)
    expect(url).toMatchObject({ ok: false, reason: 'url-invalid' })
    expect(!url.ok && url.message).toContain(word)
  })

  it.each([
    '169.254.169.254', '169.254.0.1', '0.0.0.0', '0.1.2.3', '2852039166', '0xa9fea9fe', '0xa9.0xfe.0xa9.0xfe', '0251.0376.0251.0376', '169.254.43518', '169.16689662', '0', '255.255.255.255', '224.0.0.1', '100.100.100.200', '168.63.129.16',
    '[fe80::1]', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[::a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::]', '[fd00:ec2::254]', '[ff02::1]', '[::]',
    'metadata.google.internal', 'metadata.google.internal.', 'metadata', 'METADATA.google.internal', 'x.metadata.goog', 'instance-data', 'instance-data.ec2.internal', '１６９.254.169.254',
  ])('S25: is refused, since it is the machine’s or its cloud’s: %s', (host) => expect(parseConnectUrl(`sc://${host}:80`)).toMatchObject({ ok: false, reason: 'address-refused' }))

  it.each(['127.0.0.1', 'localhost', '[::1]', '10.1.2.3', '172.16.0.4', '192.168.0.2', '100.64.0.9', '[fd12:3456::1]', 'spark-master.internal'])('S25: is taken, since clusters live there: %s', (host) => expect(parseConnectUrl(`sc://${host}:15002`).ok).toBe(true))

  it('S25: whatever a resolver answers within 169.254.0.0/16 is refused, and nothing of 10.0.0.0/8', () => {
    fc.assert(fc.property(fc.nat(255), fc.nat(255), fc.nat(255), (a, b, c) => {
      expect(isRefusedAddress(`169.254.${a}.${b}`)).toBe(true)
      expect(isRefusedAddress(`::ffff:169.254.${a}.${b}`)).toBe(true)
      expect(isRefusedAddress(`10.${a}.${b}.${c}`)).toBe(false)
    }))
  })

  it('never repeats a token in what it says, and has it only in the parameters', () => {
    fc.assert(fc.property(fc.string({ minLength: 8 }).map((text) => `s3cr3t${encodeURIComponent(text)}`), (token) => {
      const url = parseConnectUrl(`sc://spark.example.org/;token=${token}`)
      expect(url.ok && !url.value.address.includes(token) && url.value.parameters === `;token=${token}`).toBe(true)
      const wrong = parseConnectUrl(`sc://spark.example.org/path;token=${token}`)
      expect(!wrong.ok && !wrong.message.includes(token)).toBe(true)
    }))
  })

  it('speaks TLS where Spark’s own client does', () => {
    expect(['sc://a', 'sc://a/;use_ssl=true', 'sc://a/;token=x', 'sc://localhost/;token=x', 'sc://localhost/;token=x;use_ssl=true'].map((text) => usesTls(parsed(text)))).toEqual([false, true, true, false, true])
  })
})
