// Spark's Delta and S3 jars: the pinned list spark/jars.txt (`group:artifact:version sha256`)
// fetched from the central Maven repository (or MAVEN_MIRROR), each checked by its sum and
// only then given its name. Where plain HTTPS fails and Maven is there, Maven fetches.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { cached } from '../cache.mjs'
import { digest } from '../files.mjs'
import { ask } from '../run.mjs'
import { SetupError, Stopped } from '../setup-error.mjs'
import { repoRoot } from '../where.mjs'

const repository = 'https://repo1.maven.org/maven2'
const listFile = join(repoRoot, 'spark', 'jars.txt')
const atOnce = 4
const tries = 3

export function parseJars(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(Boolean)
    .map((line) => {
      const [coordinates, sum] = line.split(/\s+/)
      const [group, artifact, version] = coordinates.split(':')
      if (!version || !/^[0-9a-f]{64}$/.test(sum ?? '')) throw new SetupError(`spark/jars.txt: "${line}" is not "group:artifact:version sha256".`)
      const file = `${artifact}-${version}.jar`
      return { coordinates, sum, file, path: `${group.replace(/\./g, '/')}/${artifact}/${version}/${file}` }
    })
}

export function download(url, target, signal, hops = 3) {
  return new Promise((done, fail) => {
    const get = url.startsWith('https:') ? getSecure : getPlain
    const request = get(url, { signal, timeout: 30_000 }, (response) => {
      const { location } = response.headers
      if (response.statusCode >= 300 && response.statusCode < 400 && location && hops > 0) {
        response.resume()
        return download(new URL(location, url).href, target, signal, hops - 1).then(done, fail)
      }
      if (response.statusCode !== 200) {
        response.resume()
        return fail(new Error(`answered ${response.statusCode}`))
      }
      pipeline(response, createWriteStream(target)).then(done, fail)
    })
    request.on('timeout', () => request.destroy(new Error('no answer in 30 s')))
    request.on('error', fail)
  })
}

async function sumOf(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function fetchPlain(ctx, jar, temporary) {
  const base = (ctx.env.MAVEN_MIRROR ?? repository).replace(/\/+$/, '')
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await download(`${base}/${jar.path}`, temporary, ctx.signal)
    } catch (error) {
      if (ctx.signal.aborted) throw new Stopped()
      if (attempt === tries) throw new SetupError(`${jar.coordinates} could not be downloaded from ${base}: ${error.message}. Check the network, or set MAVEN_MIRROR to a Maven repository that can be reached.`)
    }
  }
}

async function fetchByMaven(ctx, jar, folder) {
  const args = ['-q', '-B', 'dependency:copy', `-Dartifact=${jar.coordinates}`, `-DoutputDirectory=${folder}`, '-Dtransitive=false']
  return (await ask('mvn', args, { env: ctx.env, signal: ctx.signal, logFile: ctx.logFile('jars') })) !== undefined
}

async function fetchJar(ctx, jar, folder) {
  const target = join(folder, jar.file)
  if (existsSync(target) && (await sumOf(target)) === jar.sum) return
  const temporary = `${target}.new`
  try {
    await fetchPlain(ctx, jar, temporary)
  } catch (error) {
    rmSync(temporary, { force: true })
    if (error instanceof Stopped || !(await fetchByMaven(ctx, jar, join(folder, 'maven.new')))) throw error
    renameSync(join(folder, 'maven.new', jar.file), temporary)
  }
  if ((await sumOf(temporary)) !== jar.sum) {
    rmSync(temporary, { force: true })
    throw new SetupError(`${jar.coordinates} arrived with another checksum than spark/jars.txt says: it was not used.`)
  }
  renameSync(temporary, target)
}

export async function fetchJars(ctx, report) {
  const text = readFileSync(listFile, 'utf8')
  const jars = parseJars(text)
  return cached(ctx, 'jars', digest(text), report, async (folder) => {
    const waiting = [...jars]
    let fetched = 0
    const fetchSome = async () => {
      for (let jar = waiting.shift(); jar; jar = waiting.shift()) {
        await fetchJar(ctx, jar, folder)
        fetched += 1
        report(`${fetched} of ${jars.length}`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, fetchSome))
    rmSync(join(folder, 'maven.new'), { recursive: true, force: true })
  })
}
