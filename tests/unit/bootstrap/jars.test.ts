/** The pinned list of jars: every line names one jar and its sum, or nothing is fetched. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { download, parseJars } = await loadBootstrap('steps/jars.mjs')
const sum = 'a'.repeat(64)

it('knows where a jar lies in a Maven repository', () => {
  expect(parseJars(`# Delta\nio.delta:delta-storage:4.4.0 ${sum}\n`)).toEqual([
    { coordinates: 'io.delta:delta-storage:4.4.0', sum, file: 'delta-storage-4.4.0.jar', path: 'io/delta/delta-storage/4.4.0/delta-storage-4.4.0.jar' },
  ])
})

it.each([`io.delta:delta-storage ${sum}`, 'io.delta:delta-storage:4.4.0', 'io.delta:delta-storage:4.4.0 abc'])('refuses the line "%s"', (line) => {
  expect(() => parseJars(line)).toThrow(/is not "group:artifact:version sha256"/)
})

it('can read the list of this checkout', () => {
  expect(parseJars(readFileSync('spark/jars.txt', 'utf8')).length).toBeGreaterThan(0)
})

it('goes where a mirror sends it on, but not in circles', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/jar') response.end('jar')
    else response.writeHead(302, { location: request.url === '/circle' ? '/circle' : '/jar' }).end()
  })
  const folder = mkdtempSync(join(tmpdir(), 'dh-jar-'))
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`
    await download(`${base}/moved`, join(folder, 'a.jar'))
    expect(readFileSync(join(folder, 'a.jar'), 'utf8')).toBe('jar')
    await expect(download(`${base}/circle`, join(folder, 'b.jar'))).rejects.toThrow('answered 302')
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
})
