import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '#server/config.ts'
import { safePath } from '#server/log.ts'
import { problemFrom, statusOf } from '#server/errors.ts'

const good = {
  DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/d', S3_ENDPOINT: 'http://127.0.0.1:9000', S3_ACCESS_KEY: 'abc', S3_SECRET_KEY: 'abcdefgh',
  AUTH_SECRET: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6',
}

describe('config', () => {
  it('takes defaults for what may be left out', () => {
    const config = loadConfig(good)
    expect(config.publicUrl).toBe('http://127.0.0.1:3000')
    expect(['0.0.0.0', '::', '::1', 'data.local'].map((HOST) => loadConfig({ ...good, HOST }).publicUrl)).toEqual(['http://localhost:3000', 'http://localhost:3000', 'http://[::1]:3000', 'http://data.local:3000'])
    expect(config.s3.bucket).toBe('dataharbour')
    expect(config.spark.remote).toBeNull()
    expect(config.kernels).toEqual({ memoryBytes: 'half', diskBytes: 20 * 2 ** 30, processes: 256, idleMs: 4 * 3600_000, pool: 1 })
  })

  it('reads sizes, and hands on only what pip needs', () => {
    const config = loadConfig({ ...good, KERNEL_MEMORY: '1500m', KERNEL_IDLE_MS: '0', KERNEL_PROCESSES: '0', KERNEL_DISK: '0', KERNEL_POOL: '0', PIP_INDEX_URL: 'https://mirror.example/simple', PIP_TARGET: '/elsewhere', PIPELINE_SECRET: 's' })
    expect(config.kernels).toEqual({ memoryBytes: 1500 * 2 ** 20, diskBytes: null, processes: null, idleMs: 0, pool: 0 })
    expect(config.pip).toEqual({ PIP_INDEX_URL: 'https://mirror.example/simple' })
    expect(loadConfig({ ...good, KERNEL_MEMORY: '0' }).kernels.memoryBytes).toBeNull()
  })

  const bad: [string, Record<string, string>, RegExp][] = [
    ['no database', { DATABASE_URL: '' }, /DATABASE_URL is missing/],
    ['a database that is no URL', { DATABASE_URL: 'here' }, /DATABASE_URL must be a URL/],
    ['no object store', { S3_ENDPOINT: '' }, /S3_ENDPOINT is missing/],
    ['no secret', { AUTH_SECRET: '' }, /AUTH_SECRET is missing/],
    ['a short secret', { AUTH_SECRET: 'short' }, /at least 32/],
    ['a simple secret', { AUTH_SECRET: 'a'.repeat(40) }, /too simple/],
    ['a memory limit without a unit', { KERNEL_MEMORY: '2048' }, /KERNEL_MEMORY must look like 2g/],
    ['a port out of range', { PORT: '70000' }, /PORT/],
    ['no web process at all', { WEB_PROCESSES: '0' }, /WEB_PROCESSES/],
    ['a Spark URL of another kind', { SPARK_REMOTE: 'spark://x' }, /sc:\/\//],
    ['a Spark URL without a host', { SPARK_REMOTE: 'sc://:15002' }, /SPARK_REMOTE must begin with sc:\/\/ and a host/],
    ['a database of another kind', { DATABASE_URL: 'mysql://u:secret@h/d' }, /DATABASE_URL must be a URL that begins with postgres:\/\/ or postgresql:\/\/\. /],
    ['a database without slashes', { DATABASE_URL: 'postgres:d' }, /DATABASE_URL must be a URL that begins with postgres:/],
    ['an object store without a scheme', { S3_ENDPOINT: 'localhost:9000' }, /S3_ENDPOINT must be a URL that begins with http:\/\/ or https:\/\/\. /],
    ['an object store by another scheme', { S3_ENDPOINT: 's3://bucket' }, /S3_ENDPOINT must be a URL that begins with http/],
    ['an object store with a bucket behind it', { S3_ENDPOINT: 'http://h:9000/bucket' }, /S3_ENDPOINT must end after its host and port/],
    ['an address that is a name', { PUBLIC_URL: 'harbour.example.org' }, /PUBLIC_URL must be a URL that begins with http/],
    ['an address by another scheme', { PUBLIC_URL: 'ftp://harbour.example.org' }, /PUBLIC_URL must be a URL that begins with http:\/\/ or https:\/\/\. /],
    ['an address with a path', { PUBLIC_URL: 'https://harbour.example.org/notebooks' }, /PUBLIC_URL must end after its host and port/],
    ['an address with a query', { PUBLIC_URL: 'https://harbour.example.org?a=1' }, /PUBLIC_URL must end after its host and port/],
    ['an address with a user', { PUBLIC_URL: 'https://a@harbour.example.org' }, /PUBLIC_URL must end after its host and port/],
  ]
  it.each(bad)('refuses %s in one line (S34)', (_, change, sentence) => {
    expect(() => loadConfig({ ...good, ...change })).toThrow(sentence)
  })

  it.each<Record<string, string>>([
    { DATABASE_URL: 'postgresql://u@h/d?sslmode=require' }, { DATABASE_URL: 'postgres:///d?host=/run/postgresql' }, { S3_ENDPOINT: 'https://s3.example.org/' }, { S3_ENDPOINT: 'http://[::1]:9000' },
    { SPARK_REMOTE: 'sc://spark:15002/;token=x' }, { PUBLIC_URL: 'https://harbour.example.org/' }, { PUBLIC_URL: 'http://10.0.0.1:8080' },
  ])('takes %j', (change) => {
    expect(() => loadConfig({ ...good, ...change })).not.toThrow()
  })

  it('tells no part of a wrong URL, which may hold a password', () => {
    expect(() => loadConfig({ ...good, DATABASE_URL: 'mysql://u:secret@h/d' })).toThrow(/^(?!.*(secret|mysql)).*$/)
  })

  it('ends a process with code 2 and one line (S34)', () => {
    const entry = fileURLToPath(new URL('../../../server/main.ts', import.meta.url))
    const run = spawnSync(process.execPath, [entry], { env: { PATH: process.env.PATH }, encoding: 'utf8' })
    expect(run.status).toBe(2)
    expect(run.stderr.trim().split('\n').filter((line) => !line.includes('Warning'))).toHaveLength(1)
    expect(run.stderr).toMatch(/DATABASE_URL is missing/)
  }, 30_000)
})

describe('the log', () => {
  it('hides tokens in paths (S12)', () => {
    expect(safePath('/share/abc123')).toBe('/share/[hidden]')
    expect(safePath('/embed/abc123/data?x=1')).toBe('/embed/[hidden]/data?x=1')
    expect(safePath('/?token=abc&x=1')).toBe('/?token=[hidden]&x=1')
    expect(safePath('/harbour/n/1')).toBe('/harbour/n/1')
  })
})

describe('a refusal', () => {
  it('becomes a problem with the status of its reason and the id of the request', () => {
    expect(statusOf('not-found')).toBe(404)
    expect(statusOf('source-moved')).toBe(409)
    expect(problemFrom({ ok: false, reason: 'not-allowed', message: 'Ask an owner.' }, 'r1')).toEqual({
      type: 'about:blank', title: 'Not allowed', status: 403, reason: 'not-allowed', detail: 'Ask an owner.', id: 'r1',
    })
  })
})
