/**
 * Config: the one place that reads the environment. Every process calls `loadConfig(process.env)` once
 * at boot and hands the record on. A wrong value is one clear line and exit code 2 (see `configOrExit`).
 * The variables are described in .env.example.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'

const startsWith = (text: string, schemes: string[]): boolean => URL.canParse(text) && schemes.some((scheme) => text.toLowerCase().startsWith(`${scheme}://`))
const url = (...schemes: string[]) => z.string().refine((text) => startsWith(text, schemes), `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`)
/** Scheme, host and port: what is behind them would be left out without a word. */
const origin = url('http', 'https').refine((text) => !startsWith(text, ['http', 'https']) || /^[^/]*:\/\/[^/?#@]+\/*$/.test(text), 'must end after its host and port: no path, no user')
const flag = z.enum(['0', '1']).default('1').transform((text) => text === '1')
const EXAMPLE_SECRETS = new Set(['change-me', 'secret', 'changeme', 'please-change-me-to-32-characters'])

export const PIP_SETTINGS = new Set(['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_NO_INDEX', 'PIP_CERT', 'PIP_PROXY', 'PIP_TRUSTED_HOST', 'PIP_DEFAULT_TIMEOUT'])
const bytesOf = (size: string): number => Number.parseInt(size) * (size.endsWith('g') ? 2 ** 30 : 2 ** 20)

/** Every setting with its rule and its default; .env.example is held against it. */
export const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  WEB_PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  PUBLIC_URL: origin.optional(),
  DATAHARBOUR_DATA: z.string().default('.data'),
  DATABASE_URL: url('postgres', 'postgresql'),
  S3_ENDPOINT: origin,
  S3_ACCESS_KEY: z.string().min(3),
  S3_SECRET_KEY: z.string().min(8),
  S3_REGION: z.string().default('us-east-1'),
  S3_BUCKET: z.string().default('dataharbour'),
  S3_STS: flag,
  AUTH_SECRET: z.string().min(32, 'must have at least 32 characters')
    .refine((text) => !EXAMPLE_SECRETS.has(text) && new Set(text).size > 8, 'is an example or too simple: make one with `openssl rand -base64 32`'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(9).default(0),
  SIGN_UP: z.enum(['open', 'closed']).default('open'),
  SPARK_REMOTE: z.string().regex(/^sc:\/\/[^/;:]/i, 'must begin with sc:// and a host').optional(),
  SPARK_MEMORY: z.string().regex(/^\d+[mg]$/, 'must look like 2g or 1500m').default('2g'),
  SPARK_CORES: z.coerce.number().int().min(1).default(2),
  COMPUTE_IDLE_MS: z.coerce.number().int().min(60_000).default(30 * 60_000),
  PYTHON: z.string().default('python3'),
  WORKER_HOST: z.string().regex(/^[\w.-]{1,80}$/, 'must be a name of letters, digits, dots and dashes').optional(),
  KERNEL_MEMORY: z.string().regex(/^(\d+[mg]|0)$/, 'must look like 2g or 1500m, or be 0 for no limit').optional(),
  KERNEL_IDLE_MS: z.coerce.number().int().min(0).default(4 * 60 * 60_000),
  KERNEL_DISK: z.string().regex(/^(\d+[mg]|0)$/, 'must look like 10g or 500m, or be 0 for no limit').default('20g'),
  KERNEL_PROCESSES: z.coerce.number().int().min(0).default(256),
  KERNEL_POOL: z.coerce.number().int().min(0).max(32).default(1),
  JAVA_HOME: z.string().optional(),
  SPARK_JARS: z.string().default(''),
  SPARK_CLASS_ARCHIVE: z.string().default(''),
  SPARK_JVM_OPTIONS: z.string().default(''),
  DUCKDB_EXTENSIONS: z.string().default(''),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),
})

export interface Config {
  port: number
  host: string
  /** How many web processes share the address. */
  webProcesses: number
  /** The origin people use, without a slash at the end. */
  publicUrl: string
  dataDir: string
  databaseUrl: string
  s3: { endpoint: string; accessKey: string; secretKey: string; region: string; bucket: string; hasSts: boolean }
  authSecret: string
  isSignUpOpen: boolean
  /** So many proxies stand in front, each of which writes down whom it was asked by. */
  trustedProxies: number
  spark: { remote: string | null; memory: string; cores: number; idleMs: number; jarsDir: string; classArchive: string; jvmOptions: string; javaHome: string | null }
  python: string
  /** Limits of one kernel's memory (`half` of the machine's), of its notebook's files and of its processes, null for none; stopped after so long without a run, 0 for never; how many wait ready for a notebook. */
  kernels: { memoryBytes: number | 'half' | null; diskBytes: number | null; processes: number | null; idleMs: number; pool: number }
  /** How pip finds packages here: the operator's own PIP_… settings, for the kernels that install some. */
  pip: Record<string, string>
  duckdbExtensionsDir: string
  log: { level: string; format: 'json' | 'pretty' }
}

export type Environment = Record<string, string | undefined>

export function loadConfig(env: Environment): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${describe(issue)}`))
  const e = parsed.data
  return {
    port: e.PORT,
    host: e.HOST,
    webProcesses: e.WEB_PROCESSES,
    publicUrl: (e.PUBLIC_URL ?? `http://${nameOf(e.HOST)}:${e.PORT}`).replace(/\/+$/, ''),
    dataDir: resolve(e.DATAHARBOUR_DATA),
    databaseUrl: e.DATABASE_URL,
    s3: { endpoint: e.S3_ENDPOINT, accessKey: e.S3_ACCESS_KEY, secretKey: e.S3_SECRET_KEY, region: e.S3_REGION, bucket: e.S3_BUCKET, hasSts: e.S3_STS },
    authSecret: e.AUTH_SECRET,
    isSignUpOpen: e.SIGN_UP === 'open',
    trustedProxies: e.TRUSTED_PROXIES,
    spark: { remote: e.SPARK_REMOTE ?? null, memory: e.SPARK_MEMORY, cores: e.SPARK_CORES, idleMs: e.COMPUTE_IDLE_MS, jarsDir: e.SPARK_JARS, classArchive: e.SPARK_CLASS_ARCHIVE, jvmOptions: e.SPARK_JVM_OPTIONS, javaHome: e.JAVA_HOME ?? null },
    python: e.PYTHON,
    kernels: { memoryBytes: e.KERNEL_MEMORY === undefined ? 'half' : e.KERNEL_MEMORY === '0' ? null : bytesOf(e.KERNEL_MEMORY), diskBytes: e.KERNEL_DISK === '0' ? null : bytesOf(e.KERNEL_DISK), processes: e.KERNEL_PROCESSES === 0 ? null : e.KERNEL_PROCESSES, idleMs: e.KERNEL_IDLE_MS, pool: e.KERNEL_POOL },
    pip: Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => PIP_SETTINGS.has(entry[0]))),
    duckdbExtensionsDir: e.DUCKDB_EXTENSIONS,
    log: { level: e.LOG_LEVEL, format: e.LOG_FORMAT },
  }
}

/** As an address has it: every address of the machine is this machine, and one of IPv6 stands in brackets. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(`Configuration: ${problems.join('; ')}. See .env.example.`)
    this.name = 'ConfigError'
  }
}

/** This machine, as workers on others know it: kernels and Sparks are processes of one machine. */
export const hostName = (): string => process.env.WORKER_HOST || hostname()

/** A process that ends with this code must not be started again with the same settings. */
export const WRONG_SETTING = 2

/** For the entry files: the config, or one line on stderr and exit code 2. */
export function configOrExit(): Config {
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(WRONG_SETTING)
  }
}

const HANDED = 'DATAHARBOUR_ENVIRONMENT'
/** What a process needs before it reads its configuration, and no secret. */
const OPEN = /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|NODE_.*)$/

/** Where others could read the environment that this process was started with, it starts itself anew with none; here, its variables are as before. */
export function becomeUnreadable(): void {
  if (process.platform !== 'linux' || process.execve === undefined) return
  const handed = process.env[HANDED]
  if (handed !== undefined) {
    delete process.env[HANDED]
    Object.assign(process.env, JSON.parse(readFileSync(handed, 'utf8')))
    return rmSync(dirname(handed), { recursive: true, force: true })
  }
  const entries = Object.entries(process.env)
  const path = join(mkdtempSync(join(tmpdir(), 'dh-environment-')), 'environment.json')
  writeFileSync(path, JSON.stringify(Object.fromEntries(entries.filter(([name]) => !OPEN.test(name)))), { mode: 0o600 })
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], { ...Object.fromEntries(entries.filter(([name]) => OPEN.test(name))), [HANDED]: path })
}

const describe = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : issue.message

/** SvelteKit's node handler reads these when it is loaded: the protocol comes from our own entry, uploads may be large, and only a trusted proxy says who asks. */
export function tellHandler(config: Config): void {
  process.env.PROTOCOL_HEADER = 'x-forwarded-proto'
  process.env.BODY_SIZE_LIMIT = '64M'
  if (config.trustedProxies > 0) Object.assign(process.env, { ADDRESS_HEADER: 'x-forwarded-for', XFF_DEPTH: String(config.trustedProxies) })
  process.env.NODE_ENV ??= config.log.format === 'pretty' ? 'development' : 'production'
}
